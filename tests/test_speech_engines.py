"""The two Whisper engines: loaded once, bounded, refused with a remedy, alike in what they hear."""

import subprocess
import sys

import pytest

from clips.words import word_error_rate
from speech import engines
from speech.engines import EngineError, FasterWhisper, OpenAIWhisper, load_engine, threads
from speech.transcribe import transcribe
from speech.weights import Weights, WeightsError
from tests.conftest import GOLDEN

REPLIES = sorted((GOLDEN / "replies").glob("*.flac"))


def openai(test):
    """Marks a test that runs openai-whisper, whose tokenizer.py leaves its vocabulary file open."""
    left_open = pytest.mark.filterwarnings(r"ignore:unclosed file .*\.tiktoken:ResourceWarning")
    return pytest.mark.openai(left_open(test))


def test_an_unknown_engine_is_told_which_there_are():
    with pytest.raises(EngineError, match=r"no engine 'siri'; choose one of faster-whisper, open"):
        load_engine("siri")


def test_an_unknown_model_is_refused_and_nothing_is_downloaded(monkeypatch, tmp_path):
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("BETWEEN_ALLOW_DOWNLOAD", raising=False)
    monkeypatch.setattr(engines, "_download", lambda *_: pytest.fail("it downloaded"))
    for name in engines.ENGINES:
        with pytest.raises(WeightsError, match="BETWEEN_ALLOW_DOWNLOAD=1"):
            load_engine(name, "gigantic")


def test_openai_whisper_not_installed_is_told_with_its_remedy(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "whisper", None)  # what `import` finds of an absent package
    with pytest.raises(EngineError, match=r'pip install "between-sessions\[openai-whisper\]"'):
        OpenAIWhisper(Weights("base", tmp_path, "path", None))


def test_a_folder_that_holds_no_model_is_refused_in_one_sentence(tmp_path):
    (tmp_path / "model.bin").write_bytes(b"not a model")
    (tmp_path / "tokenizer.json").write_text("{}")
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(EngineError, match="cannot be loaded by faster-whisper"):
        FasterWhisper(Weights("mine", tmp_path, "path", None))


def test_a_checkpoint_fetched_before_is_no_way_round_a_pinned_digest(monkeypatch, tmp_path):
    fetched = tmp_path / ".cache" / "whisper"
    fetched.mkdir(parents=True)
    for model in ("base", "small"):
        (fetched / f"{model}.pt").write_bytes(b"other bytes")
    monkeypatch.setenv("HOME", str(tmp_path))
    pinned = Weights("base", tmp_path, "package", "0" * 64)
    monkeypatch.setattr(engines.weights_module, "find", lambda model: pinned)
    monkeypatch.setattr(engines, "OpenAIWhisper", lambda weights: weights)
    load = engines._loaded.__wrapped__
    assert load("openai-whisper", "base") is pinned
    assert load("openai-whisper", "small") == str(fetched / "small.pt")


@pytest.mark.parametrize(
    ("named", "cores", "expected"),
    [(None, 16, 4), (None, 2, 2), (None, None, 1), ("1", 16, 1), ("3", 16, 3), ("0", 2, 2),
     ("many", 2, 2), ("-1", 2, 2)],
)  # fmt: skip
def test_an_engines_threads_are_bounded(monkeypatch, named, cores, expected):
    monkeypatch.setattr(engines.os, "cpu_count", lambda: cores)
    if named is None:
        monkeypatch.delenv("BETWEEN_THREADS", raising=False)
    else:
        monkeypatch.setenv("BETWEEN_THREADS", named)
    assert threads() == expected


def test_importing_the_engines_loads_neither_of_them():
    heavy = "{'faster_whisper', 'whisper', 'ctranslate2', 'torch'}"
    code = f"import sys, speech.engines; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.model
def test_an_engine_is_loaded_once_for_the_process():
    assert load_engine() is load_engine("faster-whisper", "base")


@pytest.mark.model
def test_the_small_english_model_hears_a_reply_too():
    path = GOLDEN / "speech" / "reply-16k.wav"
    found = transcribe(path, load_engine("faster-whisper", "tiny.en"))
    assert (found.model, found.language) == ("tiny.en", "en")
    assert "Phone calls make a lot of people nervous" in found.text


@openai
@pytest.mark.model
@pytest.mark.parametrize("path", REPLIES, ids=lambda path: path.stem)
def test_both_engines_hear_the_same_words_but_for_two_in_fifty(path):
    one = transcribe(path, load_engine("faster-whisper"))
    other = transcribe(path, load_engine("openai-whisper"))
    assert word_error_rate(one.text, other.text) <= 2 / 50, other.text
    assert (other.engine, other.model, other.language) == ("openai-whisper", "base", "en")
    first, last = other.words[0], other.words[-1]
    assert first.start_s == pytest.approx(one.words[0].start_s, abs=0.3)
    assert last.end_s == pytest.approx(one.words[-1].end_s, abs=0.5)


@openai
@pytest.mark.model
def test_openai_whisper_hears_no_words_where_there_is_no_voice():
    import numpy as np

    from tests.stand_ins import voice_like, wav

    engine = load_engine("openai-whisper")
    for sound in (voice_like(6.0), 0.1 * np.random.default_rng(0).standard_normal(96_000)):
        found = transcribe(wav(sound.astype(np.float32)), engine)
        assert found.text == ""
        assert found.quality.reasons[0] == "no_speech"


@openai
@pytest.mark.model
def test_openai_whisper_hears_with_the_small_english_model_too():
    path = GOLDEN / "speech" / "reply-16k.wav"
    found = transcribe(path, load_engine("openai-whisper", "tiny.en"))
    assert (found.model, found.language) == ("tiny.en", "en")
    assert "Phone calls make a lot of people nervous" in found.text
