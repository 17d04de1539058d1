"""Captions: a line cut into cues of a readable length, and WebVTT in and out."""

import difflib
import html
import re
from collections.abc import Sequence
from typing import NamedTuple

LONGEST_CUE = 64  # characters: under two caption lines of 37, the EBU subtitle width
SHORTEST_CUE = 18  # characters; shorter neighbours share a cue
LINGER_S = 0.4  # a cue stays this long after its last word, if no other is due
TIMING = re.compile(r"(\d\d:)?\d\d:\d\d\.\d{3} --> (\d\d:)?\d\d:\d\d\.\d{3}")


class Cue(NamedTuple):
    """Words on screen, and from when to when, in seconds."""

    start_s: float
    end_s: float
    text: str


def cues_for(line: str, spoken: Sequence[tuple[str, float, float]]) -> tuple[Cue, ...]:
    """The captions of a line.

    Args:
        line: What is said, as it should be read.
        spoken: The words as the voice said them, with start and end in seconds. They may be cut
            differently from the line ("don't" as one or two), but must spell the same letters.

    Returns:
        The cues in order, none longer than two short lines.

    Raises:
        ValueError: The words spoken do not spell the line.
    """
    letter_times = [(start, end) for text, start, end in spoken for _ in _letters(text)]
    if _letters(line) != "".join(_letters(text) for text, _, _ in spoken):
        said = " ".join(text for text, _, _ in spoken)
        raise ValueError(f"The words spoken ({said!r}) are not those of the line ({line!r}).")
    texts = _readable(line)
    spans, at = [], 0
    for text in texts:
        n = len(_letters(text))
        spans.append((letter_times[at][0], letter_times[at + n - 1][1]))
        at += n
    due = [start for start, _ in spans[1:]] + [float("inf")]
    return tuple(
        Cue(round(start, 3), round(min(end + LINGER_S, following), 3), text)
        for text, (start, end), following in zip(texts, spans, due, strict=True)
    )


def retimed(
    line: str, spoken: Sequence[tuple[str, float, float]]
) -> tuple[tuple[str, float, float], ...]:
    """The words of a line with the times at which they were heard.

    Args:
        line: What is said, as a person has written or corrected it.
        spoken: The words as they were heard, with start and end in seconds; some may be misheard,
            missing or too many.

    Returns:
        The line's words in order. One that was not heard as written shares the time between its
        neighbours, by its length.
    """
    texts = line.split()
    times: list[tuple[float, float] | None] = [None] * len(texts)
    matcher = difflib.SequenceMatcher(
        None, [_letters(text) for text in texts], [_letters(said) for said, _, _ in spoken], False
    )
    for here, there, n in matcher.get_matching_blocks():
        for i in range(n):
            times[here + i] = spoken[there + i][1:]
    at, end = (spoken[0][1], spoken[-1][2]) if spoken else (0.0, 0.0)
    placed: list[tuple[str, float, float]] = []
    for i, text in enumerate(texts):
        known = times[i]
        if known is None:
            stop = next((j for j in range(i, len(texts)) if times[j] is not None), len(texts))
            due = next((span[0] for span in times[i:] if span is not None), max(at, end))
            share = len(text) / sum(len(other) for other in texts[i:stop])
            known = (at, at + (due - at) * share)
        at = known[1]
        placed.append((text, round(known[0], 3), round(known[1], 3)))
    return tuple(placed)


def to_vtt(cues: Sequence[Cue]) -> str:
    """The cues as a WebVTT file."""
    blocks = [
        f"{_clock(cue.start_s)} --> {_clock(cue.end_s)}\n{html.escape(cue.text, quote=False)}"
        for cue in cues
    ]
    return "\n\n".join(["WEBVTT", *blocks]) + "\n"


def from_vtt(text: str) -> tuple[Cue, ...]:
    """The cues of a WebVTT file as this package writes them.

    Raises:
        ValueError: It is not WebVTT, or a block has no times.
    """
    head, *blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    if not head.startswith("WEBVTT"):
        raise ValueError("it does not begin with WEBVTT")
    cues = []
    for block in blocks:
        timing, _, said = block.partition("\n")
        if not TIMING.fullmatch(timing):
            raise ValueError(f"{timing!r} is not a time span such as 00:00.350 --> 00:02.100")
        start, end = timing.split(" --> ")
        cues.append(Cue(_seconds(start), _seconds(end), html.unescape(" ".join(said.split()))))
    return tuple(cues)


def _letters(text: str) -> str:
    return "".join(re.findall(r"\w", text.lower()))


def _readable(line: str) -> list[str]:
    """The line in pieces: whole sentences where they fit, short neighbours together."""
    pieces = [half for sentence in re.split(r"(?<=[.?!…—])\s+", line) for half in _halved(sentence)]
    cues = pieces[:1]
    for piece in pieces[1:]:
        together = f"{cues[-1]} {piece}"
        if len(together) <= LONGEST_CUE and min(len(cues[-1]), len(piece)) < SHORTEST_CUE:
            cues[-1] = together
        else:
            cues.append(piece)
    return cues


def _halved(sentence: str) -> list[str]:
    """A long sentence cut near its middle, at a comma if one is near, until every piece fits."""
    if len(sentence) <= LONGEST_CUE:
        return [sentence]
    spaces = [match.start() for match in re.finditer(" ", sentence)]
    commas = [at for at in spaces if sentence[at - 1] in ",;:" and at >= SHORTEST_CUE]
    commas = [at for at in commas if len(sentence) - at > SHORTEST_CUE]
    if not spaces:
        return [sentence]
    at = min(commas or spaces, key=lambda space: abs(space - len(sentence) // 2))
    return [*_halved(sentence[:at]), *_halved(sentence[at + 1 :])]


def _clock(seconds: float) -> str:
    minutes, rest_ms = divmod(round(seconds * 1000), 60_000)
    return f"{minutes:02d}:{rest_ms // 1000:02d}.{rest_ms % 1000:03d}"


def _seconds(clock: str) -> float:
    total = 0.0
    for part in clock.split(":"):
        total = total * 60 + float(part)
    return round(total, 3)
