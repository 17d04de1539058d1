"""Text with pauses -> a client's speech, with the time of every word. Authoring only.

The text is spoken in one pass, which keeps its intonation, and pauses are lengthened inside the
silence the model left at each mark (found from its own token durations). Where the model ran
straight through a mark, the text is cut there and both sides are spoken again and joined.

The heavy libraries (the extra [authoring]) are imported inside the functions that need them.
"""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from clips.pronounce import PAUSE_S, Delivery, Marked, marked, vocabulary

Wave = npt.NDArray[np.float32]

RATE_HZ = 24_000  # Kokoro speaks at this rate
SAMPLES_A_FRAME = 600  # one unit of the model's token durations
MAX_TOKENS = 510  # rows of a Kokoro voice: one style for each length of text
LONGEST_PASS = 380  # characters; longer passages are halved at a sentence end
STRESSED_PAUSE_S = 0.6  # a pause this long is made even where it needs a cut
ONSET_BEFORE_TOKEN_S = 0.05  # sound leads the model's token grid by about this
QUIET_DB = -34.0  # below the loud frames: a silence inside speech
SHORTEST_SILENCE_S = 0.035
HOP = 120  # samples (5 ms) a level frame


class SpokenWord(NamedTuple):
    """A word and when it is heard."""

    text: str
    start_s: float
    end_s: float


class Speaker:
    """The voice model, loaded once: ``kokoro-ctl.onnx`` and ``voices-en.npz`` from one folder."""

    def __init__(self, assets: Path, threads: int = 2) -> None:
        """Load the model.

        Args:
            assets: The folder that ``clips/media/PROVENANCE.md`` says how to build.
            threads: CPU threads the model may use.
        """
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3  # errors only
        self._session: Any = onnxruntime.InferenceSession(
            str(assets / "kokoro-ctl.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._styles = np.load(assets / "voices-en.npz")

    def say(self, delivery: Delivery) -> tuple[Wave, list[SpokenWord]]:
        """Speak a line.

        Returns:
            The sound (float32, 24 kHz, full scale 1.0, no lead-in) and when each word is heard.

        Raises:
            ValueError: A word has no pronunciation.
        """
        line = marked(delivery)
        sound, starts = _Take(self._infer, self._style(delivery.voice), line, delivery).spoken()
        starts[len(line.phonemes)] = len(sound)
        words = []
        for text, first, last in line.words:
            start = max(0.0, starts[first] / RATE_HZ - ONSET_BEFORE_TOKEN_S)
            end = min(starts.get(last + 1, len(sound)), len(sound)) / RATE_HZ
            words.append(SpokenWord(text, start, _last_sound_s(sound, start, end)))
        return sound, words

    def _style(self, voice: str) -> Wave:
        """The style of a voice, or of a weighted blend such as ``bf_emma:0.6,af_kore:0.4``."""
        parts = [part.partition(":") for part in voice.split(",")]
        weights = [float(weight or 1) for _, _, weight in parts]
        blend = sum(
            self._styles[name] * (weight / sum(weights))
            for (name, _, _), weight in zip(parts, weights, strict=True)
        )
        return np.asarray(blend, dtype=np.float32)

    def _infer(
        self, phonemes: str, speeds: Wave, style: Wave, delivery: Delivery
    ) -> tuple[Wave, npt.NDArray[np.int64]]:
        """The sound of one pass, and the sample at which each token (pads included) begins."""
        tokens = [vocabulary()[char] for char in phonemes]
        sound, frames = self._session.run(
            ["audio", "duration"],
            {
                "tokens": np.array([[0, *tokens, 0]], np.int64),
                "style": style[min(len(tokens), MAX_TOKENS) - 1],
                "speed": np.concatenate([speeds[:1], speeds, speeds[-1:]]),
                "f0_range": np.array([delivery.f0_range], np.float32),
                "f0_shift": np.array([delivery.f0_shift], np.float32),
            },
        )
        return sound.ravel(), np.concatenate([[0], np.cumsum(frames)]) * SAMPLES_A_FRAME


class _Take:
    """One line being spoken: the passes, the cuts and the silences put in."""

    def __init__(self, infer: Any, style: Wave, line: Marked, delivery: Delivery) -> None:
        self._infer, self._style, self._delivery = infer, style, delivery
        self._phonemes, self._speeds, self._gaps_s, _ = line

    def spoken(self) -> tuple[Wave, dict[int, int]]:
        """The whole line, and the sample at which each phoneme begins."""
        return self._pass(0, len(self._phonemes))

    def _pass(self, first: int, stop: int) -> tuple[Wave, dict[int, int]]:
        phonemes = self._phonemes
        while phonemes[first] == " ":
            first += 1
        if stop - first > LONGEST_PASS:
            ends = [
                i
                for i in range(first + 60, stop - 60)
                if phonemes[i] in ".?!…" and phonemes[i + 1] == " "
            ]
            if ends:
                middle = (first + stop) // 2
                return self._joined(first, stop, [min(ends, key=lambda end: abs(end - middle))])
        sound, edges = self._infer(
            phonemes[first:stop], self._speeds[first:stop], self._style, self._delivery
        )
        gaps = {i: gap for i, gap in self._gaps_s.items() if first <= i < stop - 1}
        silences = {i: _silence_at(sound, edges, i - first) for i in gaps}
        cuts = self._cuts(first, stop, [i for i in sorted(gaps) if silences[i] is None])
        if cuts:
            return self._joined(first, stop, cuts)
        sound, edges = _lengthened(
            sound, edges, [(found, gaps[i]) for i, found in silences.items() if found is not None]
        )
        begin, end = active(sound)
        begin = max(0, min(begin, int(edges[1])))
        if phonemes[stop - 1] in PAUSE_S:  # short pieces may grow a stray vowel after the last word
            end = min(end, int(edges[stop - first] + 0.09 * RATE_HZ))
        piece = _faded(_faded(sound[begin:end], 0.004, 0.004), 0, 0.012)
        starts = {
            first + k: int(np.clip(edge - begin, 0, len(piece)))
            for k, edge in enumerate(edges[1:-1])
        }
        return piece, starts

    def _cuts(self, first: int, stop: int, run_through: list[int]) -> list[int]:
        """The marks worth a cut: tiny pieces sound worse than a missing pause."""
        marks = [i for i in run_through if self._phonemes[i] not in ",:;"]
        bounds = [first, *marks, stop]
        return [
            mark
            for before, mark, after in zip(bounds, marks, bounds[2:], strict=False)
            if self._phonemes[mark] not in ".?!"
            or self._gaps_s[mark] >= STRESSED_PAUSE_S
            or min(mark - before, after - mark) >= 12
        ]

    def _joined(self, first: int, stop: int, cuts: list[int]) -> tuple[Wave, dict[int, int]]:
        pieces: list[Wave] = []
        starts: dict[int, int] = {}
        at = 0
        inside = [cut + 1 for cut in cuts]
        for a, b in zip([first, *inside], [*inside, stop], strict=True):
            piece, piece_starts = self._pass(a, b)
            starts |= {i: sample + at for i, sample in piece_starts.items()}
            gap_s = self._gaps_s.get(b - 1, 0.45) - 0.06 if b < stop else 0.0
            pieces += [piece, np.zeros(max(0, int(gap_s * RATE_HZ)), np.float32)]
            at += len(piece)
            starts.setdefault(b, at)
            at += len(pieces[-1])
        return np.concatenate(pieces), starts


def active(sound: Wave, below_db: float = -48.0, margin_s: float = 0.03) -> tuple[int, int]:
    """First and last sample of the speech: frames within 48 dB of the loudest, and a margin."""
    level = _level(sound)
    loud = np.flatnonzero(level > level.max() * 10 ** (below_db / 20))
    margin = int(margin_s * RATE_HZ)
    return max(0, loud[0] * HOP - margin), min(len(sound), (loud[-1] + 1) * HOP + margin)


def _level(sound: Wave) -> Wave:
    n = len(sound) // HOP
    return np.asarray(np.sqrt((sound[: n * HOP].reshape(n, HOP) ** 2).mean(axis=1) + 1e-12))


def _last_sound_s(sound: Wave, start_s: float, end_s: float) -> float:
    """When a word's sound ends: before the silence put in at the mark after it."""
    first, stop = int(start_s * RATE_HZ), int(end_s * RATE_HZ)
    loud = np.flatnonzero(np.abs(sound[first:stop]) > np.abs(sound).max() * 10 ** (QUIET_DB / 20))
    return (first + int(loud[-1])) / RATE_HZ if loud.size else end_s


def _silence_at(sound: Wave, edges: npt.NDArray[np.int64], mark: int) -> tuple[int, int] | None:
    """Start and end sample of the silence left at a mark, or None where there is none.

    Looks from the mark on: a silence before it may be the closure of a stop consonant.
    """
    level = _level(sound)
    quiet = level < np.percentile(level, 95) * 10 ** (QUIET_DB / 20)
    begin = int(edges[mark + 1] - 0.05 * RATE_HZ) // HOP
    end = int(edges[min(mark + 3, len(edges) - 1)] + 0.08 * RATE_HZ) // HOP
    flips = np.flatnonzero(np.diff(np.concatenate([[False], quiet, [False]]).astype(np.int8)))
    near = [(a, b) for a, b in flips.reshape(-1, 2) if a <= end and b > begin]
    if not near:
        return None
    first, stop = (int(v) * HOP for v in max(near, key=lambda run: run[1] - run[0]))
    too_short = stop - first < SHORTEST_SILENCE_S * RATE_HZ
    return None if too_short or stop < edges[mark + 1] else (first, stop)


def _lengthened(
    sound: Wave, edges: npt.NDArray[np.int64], silences: list[tuple[tuple[int, int], float]]
) -> tuple[Wave, npt.NDArray[np.int64]]:
    """The sound with each silence made as long as wanted, and where its tokens now begin."""
    parts: list[Wave] = []
    shift = np.zeros(len(edges), np.int64)
    done = 0
    for (first, stop), wanted_s in sorted(silences):
        missing = int(wanted_s * RATE_HZ) - (stop - first)
        at = first + int((stop - first) * 0.6)
        if missing > 0 and at > done:
            parts += [_faded(sound[done:at], 0.003 if done else 0, 0.003)]
            parts += [np.zeros(missing, np.float32)]
            shift[edges >= at] += missing
            done = at
    parts.append(_faded(sound[done:], 0.003 if done else 0, 0))
    return np.concatenate(parts), edges + shift


def _faded(sound: Wave, in_s: float, out_s: float) -> Wave:
    sound = sound.copy()
    for seconds, part in ((in_s, sound), (out_s, sound[::-1])):
        n = min(int(seconds * RATE_HZ), len(sound) // 2)
        part[:n] *= np.sin(np.linspace(0, np.pi / 2, n)) ** 2
    return sound
