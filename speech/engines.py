"""The Whisper engines behind one protocol: faster-whisper (default) and openai-whisper.

The only importer of either. Both hear the same stretches of speech (Silero's voice detection, as
shipped in faster-whisper), run the same weights, and pass the same gates.
"""

import functools
import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from speech import weights as weights_module
from speech.convert import ConversionError, openai_checkpoint
from speech.encode_once import encode_once
from speech.heard import (
    HIGH_COMPRESSION,
    HIGH_NO_SPEECH,
    LOW_AVG_LOGPROB,
    Heard,
    Segment,
    as_word,
    spoken_language,
)
from speech.heard import (
    Engine as Engine,  # practice/ imports it from here
)
from speech.voice import Span, join
from speech.weights import Weights, WeightsError

ENGINES = ("faster-whisper", "openai-whisper")
MOST_THREADS = 4  # more threads than cores spin against each other: 4 s became 30 to 380 s

TEMPERATURES = (0.0, 0.2, 0.4)  # tried in turn while the gates are not passed
BEAM_SIZE = 1  # docs/decisions/0001: beam 5 takes longer for no fewer word errors
SAME_OPTIONS: dict[str, Any] = {  # as both engines call them
    "temperature": TEMPERATURES,
    "condition_on_previous_text": False,
    "word_timestamps": True,
    "no_speech_threshold": HIGH_NO_SPEECH,
    "compression_ratio_threshold": HIGH_COMPRESSION,
}
MIN_SILENCE_MS = 1500  # shorter pauses are left in: they are part of how people speak


class EngineError(RuntimeError):
    """An engine cannot be used here; the message names the remedy."""


_one_at_a_time = threading.Lock()  # two transcriptions at once are slower than one after another


def threads() -> int:
    """Returns how many threads an engine may use (``BETWEEN_THREADS``, else the cores, to 4)."""
    named = os.environ.get("BETWEEN_THREADS", "")
    return int(named) if named.isdigit() and int(named) else min(MOST_THREADS, os.cpu_count() or 1)


def speech_spans(samples: NDArray[np.float32]) -> list[Span]:
    """Returns the stretches in which somebody speaks, by Silero's voice detection."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(min_silence_duration_ms=MIN_SILENCE_MS)
    return [Span(one["start"], one["end"]) for one in get_speech_timestamps(samples, options)]


class FasterWhisper:
    """faster-whisper: CTranslate2, int8, on the processor."""

    name = "faster-whisper"

    def __init__(self, weights: Weights) -> None:
        """Loads the model.

        Raises:
            EngineError: the weights cannot be loaded.
        """
        from faster_whisper import WhisperModel

        self.model = weights.model
        try:
            self._whisper = WhisperModel(
                str(weights.folder), device="cpu", compute_type="int8", cpu_threads=threads()
            )
        except (RuntimeError, ValueError, OSError) as exc:
            raise EngineError(
                f"The weights in {weights.folder} cannot be loaded by faster-whisper ({exc}); "
                "name another model, or install the weights again."
            ) from exc
        self._whisper.encode = encode_once(self._whisper.encode)

    def hear(self, samples: NDArray[np.float32]) -> Heard:
        """Returns what is said in samples of shape [n] at 16 kHz, silences skipped."""
        with _one_at_a_time:
            spans = speech_spans(samples)
            if not spans:
                return Heard((), None)
            voice = join(samples, spans)
            language = self._language(voice)
            raw, _ = self._whisper.transcribe(
                voice,
                language=language,
                beam_size=BEAM_SIZE,
                log_prob_threshold=LOW_AVG_LOGPROB,
                **SAME_OPTIONS,
            )
            return Heard(tuple(_segment(one, spans) for one in raw), language)

    def _language(self, voice: NDArray[np.float32]) -> str:
        if not self._whisper.model.is_multilingual:
            return "en"
        # Without the last frame, as transcribe() takes its first window, so that both are the same.
        mel = self._whisper.feature_extractor(voice)[..., :-1]
        _, _, likely = self._whisper.detect_language(features=mel)
        return spoken_language(dict(likely))


def _segment(raw: Any, spans: list[Span]) -> Segment:
    return Segment(
        text=raw.text,
        words=tuple(as_word(w.word, w.start, w.end, w.probability, spans) for w in raw.words or ()),
        avg_logprob=raw.avg_logprob,
        no_speech_prob=raw.no_speech_prob,
        compression_ratio=raw.compression_ratio,
    )


class OpenAIWhisper:
    """openai-whisper: PyTorch, the reference implementation, from the same weights."""

    name = "openai-whisper"

    def __init__(self, weights: Weights | str) -> None:
        """Loads the model, converting packaged weights once.

        Args:
            weights: CTranslate2 weights to convert; or the name or path of an openai checkpoint.

        Raises:
            EngineError: the extra is not installed, or the weights cannot be loaded.
        """
        try:
            import torch
            import whisper
        except ImportError as exc:
            raise EngineError(
                'openai-whisper is not installed; run: pip install "between-sessions'
                '[openai-whisper]", or use --engine faster-whisper.'
            ) from exc
        torch.set_num_threads(threads())
        if isinstance(weights, Weights):
            self.model = weights.model
            checkpoint = _checkpoint(weights, torch)
            self._whisper = whisper.load_model(str(checkpoint), device="cpu")
            heads = getattr(whisper, "_ALIGNMENT_HEADS", {}).get(self.model)
            if heads is not None:  # better word times than the default half of all heads
                self._whisper.set_alignment_heads(heads)
        else:
            self.model = Path(weights).stem
            self._whisper = whisper.load_model(weights, device="cpu")

    def hear(self, samples: NDArray[np.float32]) -> Heard:
        """Returns what is said in samples of shape [n] at 16 kHz, silences skipped."""
        import whisper

        with _one_at_a_time:
            spans = speech_spans(samples)
            if not spans:
                return Heard((), None)
            voice = join(samples, spans)
            language = self._language(whisper, voice)
            result = whisper.transcribe(
                self._whisper,
                voice,
                language=language,
                fp16=False,
                logprob_threshold=LOW_AVG_LOGPROB,
                **SAME_OPTIONS,
            )
            return Heard(tuple(_openai_segment(one, spans) for one in result["segments"]), language)

    def _language(self, whisper: Any, voice: NDArray[np.float32]) -> str:
        if not self._whisper.is_multilingual:
            return "en"
        mel = whisper.log_mel_spectrogram(
            whisper.pad_or_trim(voice), n_mels=self._whisper.dims.n_mels
        )
        _, probabilities = self._whisper.detect_language(mel)
        return spoken_language(probabilities)


def _openai_segment(raw: dict[str, Any], spans: list[Span]) -> Segment:
    return Segment(
        text=raw["text"],
        words=tuple(
            as_word(w["word"], w["start"], w["end"], w["probability"], spans)
            for w in raw.get("words", ())
        ),
        avg_logprob=raw["avg_logprob"],
        no_speech_prob=raw["no_speech_prob"],
        compression_ratio=raw["compression_ratio"],
    )


def _checkpoint(weights: Weights, torch: Any) -> Path:
    def save(dims: Mapping[str, int], state: Mapping[str, Any], file: IO[bytes]) -> None:
        tensors = {name: torch.from_numpy(np.array(array)) for name, array in state.items()}
        torch.save({"dims": dict(dims), "model_state_dict": tensors}, file)

    try:
        return openai_checkpoint(weights, weights_module.cache_folder(), save)
    except (ConversionError, OSError) as exc:
        raise EngineError(
            f"The weights in {weights.folder} cannot be converted for openai-whisper ({exc})."
        ) from exc


def _official_openai(model: str) -> str | None:
    # A checkpoint by path, or one that openai-whisper has fetched before.
    if model.endswith(".pt") and Path(model).is_file():
        return model
    fetched = Path.home() / ".cache" / "whisper" / f"{model}.pt"
    return str(fetched) if fetched.is_file() else None


def _download(engine: str, model: str) -> Weights | str:
    if engine == "openai-whisper":
        return model
    from faster_whisper.utils import download_model

    try:
        return Weights(model, Path(download_model(model)), "cache", None)
    except (ValueError, OSError) as exc:
        raise EngineError(f"Whisper {model!r} could not be fetched ({exc}).") from exc


@functools.cache
def _loaded(engine: str, model: str) -> Engine:
    chosen: Weights | str
    # A model whose digest is pinned comes from its package only; name a .pt by path to use another.
    other = engine == "openai-whisper" and model not in weights_module.PACKAGES
    official = _official_openai(model) if other else None
    try:
        chosen = official or weights_module.find(model)
    except WeightsError:
        if os.environ.get("BETWEEN_ALLOW_DOWNLOAD") != "1":
            raise
        chosen = _download(engine, model)
    if engine == "openai-whisper":
        return OpenAIWhisper(chosen)
    if isinstance(chosen, str):
        raise EngineError(f"faster-whisper cannot use {chosen}; name a CTranslate2 model folder.")
    return FasterWhisper(chosen)


_loading = threading.Lock()


def load_engine(name: str = "faster-whisper", model: str = "base") -> Engine:
    """Returns an engine with its model, loaded once for the process.

    Args:
        name: "faster-whisper" or "openai-whisper".
        model: a model's name, or the path of its weights.

    Raises:
        EngineError: there is no such engine, or it is not installed.
        WeightsError: its weights are missing or altered.
    """
    if name not in ENGINES:
        raise EngineError(f"There is no engine {name!r}; choose one of {', '.join(ENGINES)}.")
    with _loading:
        return _loaded(name, model)
