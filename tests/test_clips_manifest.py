"""A small bank with one made-up clip is spoiled in one way at a time; each fault is named."""

import hashlib
import json

import av
import numpy as np
import pytest

from clips.captions import Cue, to_vtt
from clips.loudness import measure
from clips.manifest import (
    MEDIA_DIR,
    WORST_WORD_ERROR,
    ClipMedia,
    ManifestError,
    captions,
    check,
    load_manifest,
    media_path,
)
from clips.words import word_error_rate
from scenarios.load import load_library
from speech.engines import load_engine
from speech.recording import decode

RATE_HZ = 24_000
LINE = "I froze. I couldn't press it."
CAPTIONS = [(0.4, 1.6, "I froze."), (1.8, 3.0, "I couldn't press it.")]
# A 997 Hz sine at -12.1 dBFS reads -12.1 - 3.0 = -15.1 LUFS; LAME writes 0.95 of it (-0.4 dB), and
# the blocks half in silence at its ends take about 0.4 more: -16 LUFS in the file
TONE_DBFS = -12.1


def write_mp3(path, sound):
    with av.open(str(path), "w", format="mp3") as container:
        stream = container.add_stream("libmp3lame", rate=RATE_HZ, layout="mono")
        pcm = np.clip(np.round(sound * 32767), -32768, 32767).astype(np.int16)[np.newaxis]
        frame = av.AudioFrame.from_ndarray(pcm, format="s16p", layout="mono")
        frame.sample_rate = RATE_HZ
        container.mux([*stream.encode(frame), *stream.encode(None)])


def tone(dbfs=TONE_DBFS, lead_s=0.4, seconds=2.6):
    t = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    sine = 10 ** (dbfs / 20) * np.sin(2 * np.pi * 997 * t)
    return np.concatenate([np.zeros(round(lead_s * RATE_HZ)), sine, np.zeros(RATE_HZ // 2)])


def write_bank(folder, sound=None, **changes):
    """One clip, its captions and a manifest that is right, but for the changes."""
    path = folder / "toohard-phone.mp3"
    write_mp3(path, tone() if sound is None else sound)
    (folder / "toohard-phone.vtt").write_text(to_vtt(_cues()), "utf-8")
    return write_manifest(folder, **changes)


def _cues(texts=None):
    return [Cue(*cue) for cue in (texts or CAPTIONS)]


def write_manifest(folder, **changes):
    data = (folder / "toohard-phone.mp3").read_bytes()
    measured = measure(folder / "toohard-phone.mp3")
    entry = {
        "id": "toohard-phone",
        "file": "toohard-phone.mp3",
        "sha256": hashlib.sha256(data).hexdigest(),
        "n_bytes": len(data),
        "duration_s": measured.duration_s,
        "loudness_lufs": measured.loudness_lufs,
        "true_peak_dbtp": measured.true_peak_dbtp,
        "lead_in_s": measured.lead_in_s,
        "voice": "tone",
        "speed": 1.0,
        "language": "en-GB",
        "transcript": LINE,
        "licence": "CC0-1.0",
        "provenance": "A sine, for a test",
    } | changes
    (folder / "manifest.json").write_text(json.dumps({"clips": [entry]}), "utf-8")
    return folder


def problems(folder, line=LINE, **options):
    return check({"toohard-phone": line}, folder, **options)


def the_one_problem(folder, **options):
    (problem,) = problems(folder, **options)
    return problem


def test_a_sound_bank_has_no_problems(tmp_path):
    assert problems(write_bank(tmp_path)) == []


def test_the_clips_that_ship_are_sound_and_say_the_vignettes_lines():
    lines = {clip.id: clip.transcript for one in load_library().values() for clip in one.clips}
    assert len(lines) >= 92  # 50 first lines, and 14 times three second ones
    assert check(lines) == []


@pytest.mark.model
def test_whisper_hears_the_words_of_a_soft_a_flat_and_a_fast_clip():
    engine = load_engine()

    def hear(path):
        return " ".join(one.text for one in engine.hear(decode(path).samples).segments)

    for id_ in ("toohard-phone", "rupture-whatever", "toohard-mirror"):
        clip = load_manifest()[id_]
        heard = hear(media_path(clip))
        assert word_error_rate(clip.transcript, heard) <= WORST_WORD_ERROR, heard


def test_no_two_clips_that_ship_are_the_same_sound():
    clips = load_manifest().values()
    assert len({clip.sha256 for clip in clips}) == len(clips)


def test_every_clip_that_ships_has_captions_that_end_before_it_does():
    for clip in load_manifest().values():
        assert media_path(clip).is_file()
        assert captions(clip)[-1].start_s < clip.duration_s, clip.id


def test_a_missing_file_is_named(tmp_path):
    write_bank(tmp_path)
    (tmp_path / "toohard-phone.mp3").unlink()
    assert the_one_problem(tmp_path) == (
        "Clip 'toohard-phone', field file: toohard-phone.mp3 does not exist; "
        "render it again with `python -m clips.render`."
    )


def test_one_changed_byte_is_found_by_its_sha256(tmp_path):
    write_bank(tmp_path)
    path = tmp_path / "toohard-phone.mp3"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1  # the last byte of the last frame's padding: it sounds the same
    path.write_bytes(data)
    assert "field sha256" in the_one_problem(tmp_path)


def test_another_duration_than_the_manifests_is_named(tmp_path):
    problem = the_one_problem(write_bank(tmp_path, duration_s=7.5))
    assert "field duration_s" in problem
    assert "says 7.50 s" in problem


def test_captions_with_other_words_than_the_vignettes_line_are_named(tmp_path):
    write_bank(tmp_path)
    cues = _cues([CAPTIONS[0], (1.8, 3.0, "I couldn't dial it.")])
    (tmp_path / "toohard-phone.vtt").write_text(to_vtt(cues), "utf-8")
    problem = the_one_problem(tmp_path)
    assert 'captions: "I froze. I couldn\'t dial it." differs' in problem


def test_captions_out_of_order_are_named(tmp_path):
    write_bank(tmp_path)
    cues = _cues([(2.4, 2.8, "I froze."), (1.8, 3.0, "I couldn't press it.")])
    (tmp_path / "toohard-phone.vtt").write_text(to_vtt(cues), "utf-8")
    assert "out of order" in the_one_problem(tmp_path)


def test_missing_captions_are_named(tmp_path):
    write_bank(tmp_path)
    (tmp_path / "toohard-phone.vtt").unlink()
    assert "toohard-phone.vtt does not exist" in the_one_problem(tmp_path)


def test_captions_that_are_not_webvtt_are_named(tmp_path):
    write_bank(tmp_path)
    (tmp_path / "toohard-phone.vtt").write_text("I froze.", "utf-8")
    assert "does not begin with WEBVTT" in the_one_problem(tmp_path)


@pytest.mark.parametrize(("too", "lufs"), [(-2.0, -18.0), (2.0, -14.0)])
def test_a_clip_too_soft_or_too_loud_is_named_with_its_loudness(tmp_path, too, lufs):
    problem = the_one_problem(write_bank(tmp_path, tone(TONE_DBFS + too)))
    assert "field loudness_lufs" in problem
    assert float(problem.split("it is at ")[1].split(" LUFS")[0]) == pytest.approx(lufs, abs=0.25)


def test_a_silent_clip_is_named(tmp_path):
    silent = np.random.default_rng(0).standard_normal(RATE_HZ * 3) * 1e-5
    found = " ".join(problems(write_bank(tmp_path, silent, loudness_lufs=-16.0)))
    assert "it is silent" in found


def test_a_clip_that_clips_is_named(tmp_path):
    sound = tone()
    sound[RATE_HZ : RATE_HZ + 48] = 1.0  # 2 ms at full scale; too short to change the loudness
    problem = the_one_problem(write_bank(tmp_path, sound))
    assert "field true_peak_dbtp: it clips" in problem


@pytest.mark.parametrize(("lead_s", "said"), [(0.05, "50 ms"), (0.9, "900 ms")])
def test_too_short_or_too_long_a_lead_in_is_named(tmp_path, lead_s, said):
    problem = the_one_problem(write_bank(tmp_path, tone(lead_s=lead_s)))
    assert "field lead_in_s" in problem
    milliseconds = int(problem.split("lead_in_s: ")[1].split(" ms")[0])
    assert milliseconds == pytest.approx(lead_s * 1000, abs=20), said


def test_a_file_the_manifest_does_not_list_is_named(tmp_path):
    write_bank(tmp_path)
    (tmp_path / "refusal-old.mp3").write_bytes(b"left over")
    assert "File 'refusal-old.mp3'" in the_one_problem(tmp_path)


def test_a_vignette_without_a_clip_and_a_clip_without_a_vignette_are_named(tmp_path):
    write_bank(tmp_path)
    without_clip, without_vignette = check({"refusal-school": "Look..."}, tmp_path)
    assert "'refusal-school': a vignette uses it" in without_clip
    assert "'toohard-phone': no vignette uses it" in without_vignette


def test_a_vignette_whose_line_was_edited_is_named(tmp_path):
    found = problems(write_bank(tmp_path), line="I froze. I could not press it.")
    assert any("field transcript" in problem for problem in found)
    assert any("captions" in problem for problem in found)


def test_a_bank_too_large_to_travel_is_named(tmp_path, monkeypatch):
    write_bank(tmp_path)
    monkeypatch.setattr("clips.manifest.LARGEST_BANK_BYTES", 10_000)
    assert "The bank is 0.0 MB" in the_one_problem(tmp_path)


def test_a_file_that_is_not_sound_is_named(tmp_path):
    write_bank(tmp_path)
    (tmp_path / "toohard-phone.mp3").write_bytes(b"not sound" * 500)
    assert any("cannot be decoded as audio" in problem for problem in problems(tmp_path))


def test_a_clip_heard_as_other_words_is_named_when_someone_listens(tmp_path):
    write_bank(tmp_path)
    # LINE has 6 words: "dressed" for "press" is 1/6 = 17 %
    problem = the_one_problem(tmp_path, hear=lambda path: "I froze. I couldn't dressed it.")
    assert "17% of its words are heard differently" in problem
    assert problems(tmp_path, hear=lambda path: "i froze i couldn't press it") == []


@pytest.mark.parametrize(
    "name", ["../secret.mp3", "/etc/passwd.mp3", "sub/clip.mp3", "clip.mp3\n", "..", "clip.wav"]
)
def test_a_file_name_that_leads_elsewhere_is_refused(tmp_path, name):
    write_bank(tmp_path, file=name)
    with pytest.raises(ManifestError, match=r"Clip 'toohard-phone', field file: .* is refused"):
        load_manifest(tmp_path)


@pytest.mark.parametrize("suffix", ["mp3", "vtt"])
def test_a_link_out_of_the_folder_is_refused(tmp_path, suffix):
    folder = tmp_path / "media"
    folder.mkdir()
    write_bank(folder)
    inside, outside = folder / f"toohard-phone.{suffix}", tmp_path / f"elsewhere.{suffix}"
    inside.rename(outside)
    inside.symlink_to(outside)
    with pytest.raises(ManifestError, match="leads outside the media folder"):
        load_manifest(folder)
    assert len(problems(folder)) == 1


def test_an_unknown_field_is_refused_with_one_sentence(tmp_path):
    write_bank(tmp_path, colour="blue")
    with pytest.raises(ManifestError) as refused:
        load_manifest(tmp_path)
    assert str(refused.value) == (
        "Clip 'toohard-phone', field colour: 'blue' is refused (extra inputs are not permitted); "
        "render it again with `python -m clips.render`."
    )


def test_a_clip_listed_twice_is_refused(tmp_path):
    write_bank(tmp_path)
    listed = json.loads((tmp_path / "manifest.json").read_text("utf-8"))["clips"]
    (tmp_path / "manifest.json").write_text(json.dumps({"clips": listed * 2}), "utf-8")
    with pytest.raises(ManifestError, match="twice"):
        load_manifest(tmp_path)


@pytest.mark.parametrize("text", ["", "not json", "[]", '{"clips": 3}', '{"clips": ["x"]}', "null"])
def test_a_manifest_of_another_form_is_refused(tmp_path, text):
    (tmp_path / "manifest.json").write_text(text, "utf-8")
    with pytest.raises(ManifestError):
        load_manifest(tmp_path)


def test_an_absent_manifest_is_refused_with_its_name(tmp_path):
    with pytest.raises(ManifestError, match=r"manifest\.json does not exist"):
        load_manifest(tmp_path)
    assert len(check({}, tmp_path)) == 1


def test_a_clip_media_does_not_change_after_it_is_made(tmp_path):
    clip = load_manifest(write_bank(tmp_path))["toohard-phone"]
    assert isinstance(clip, ClipMedia)
    with pytest.raises(ValueError, match="frozen"):
        clip.voice = "another"


def test_media_and_manifest_ship_beside_each_other():
    assert (MEDIA_DIR / "PROVENANCE.md").is_file()
    assert (MEDIA_DIR / "manifest.json").is_file()
