"""A set as one file: what goes out comes in elsewhere, and a bad file leaves nothing behind."""

import io
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clips.captions import from_vtt
from practice import bank, exchange, media, parcel
from practice.accounts import ALONE
from practice.exchange import Here
from practice.parcel import SetError
from practice.store import Store
from scenarios.models import ScenarioSet
from tests.stand_ins import a_scenario, a_transcript, voice_like, wav

LINE = "I am not writing a diary."
SHIPPED = a_scenario().model_copy(update={"id": "shipped-one"})
WHEN = datetime.fromisoformat("2026-11-24T10:00Z")
HERE = Here({SHIPPED.id: SHIPPED}, {SHIPPED.clip.id: SHIPPED.clip.transcript}, {"first-steps"})
Files = dict[str, bytes]


def a_bank(folder: Path, at: datetime) -> Store:
    """A data folder with one published scenario of its own, "Not a diary", with a recorded line."""
    store = Store(folder)
    taken = media.take(store, wav(voice_like(4.0)), lambda _: a_transcript(LINE), "Recorded")
    clip = a_scenario().clip.model_copy(update={"id": taken.clip.id, "transcript": LINE})
    entry = bank.create(
        store, ALONE, "Not a diary", at, like=a_scenario().model_copy(update={"clip": clip})
    )
    with store.change() as db:
        media.keep(db, taken, "me", at)
    bank.publish(store, ALONE, entry.id, at, {})
    return store


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A set of that scenario and of a shipped one, exported."""
    store = a_bank(tmp_path_factory.mktemp("there"), WHEN)
    chosen = ScenarioSet(
        id="mine", title="Mine", description="Two.", scenarios=("not-a-diary", SHIPPED.id)
    )
    return exchange.write(
        store, ALONE, chosen, {SHIPPED.id: SHIPPED, **bank.published(store)}, WHEN
    )


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "here")


def opened(sent: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(sent)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def packed(files: Files) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in files.items():
            out.writestr(name, content)
    return file.getvalue()


def refusal(store: Store, data: bytes, at: datetime, here: Here = HERE) -> str:
    """The sentences of a refusal, after which nothing is there that was not there before."""
    before = (
        bank.entries(store, ALONE, at),
        bank.sets(store),
        bank.revision(store),
        left_behind(store),
    )
    with pytest.raises(SetError) as refused:
        exchange.read(store, ALONE, data, here, at)
    after = (
        bank.entries(store, ALONE, at),
        bank.sets(store),
        bank.revision(store),
        left_behind(store),
    )
    assert after == before, "something was half brought in"
    assert all("\n" not in one for one in refused.value.problems)
    return "\n".join(refused.value.problems)


def left_behind(store: Store) -> list[str]:
    return sorted(path.name for path in media.folder(store).iterdir())


def test_a_set_holds_the_scenarios_made_here_with_sound_and_captions_and_names_the_others(
    sent: bytes,
) -> None:
    files = opened(sent)
    kinds = sorted(name.split("/")[0] + Path(name).suffix for name in files)
    assert kinds == ["clips.mp3", "clips.vtt", "scenarios.yaml", "sets.yaml"]
    captions = next(text for name, text in files.items() if name.endswith(".vtt"))
    assert " ".join(cue.text for cue in from_vtt(captions.decode())) == LINE


def test_what_was_sent_comes_in_and_can_be_practised_at_once(
    store: Store, sent: bytes, at: datetime
) -> None:
    made = exchange.read(store, ALONE, sent, HERE, at)
    assert bank.sets(store) == {"mine": made}
    scenario = bank.published(store)["not-a-diary"]
    assert (scenario.clip.transcript, scenario.client) == (LINE, a_scenario().client)
    taken = media.find(store, scenario.clip.id)
    assert taken is not None and media.sound_path(store, scenario.clip.id) is not None
    # 0.5 s to the first word as recorded, cut to the lead-in of 0.35 s, kept through it all
    assert taken.spoken[0][1] == pytest.approx(0.35, abs=0.02)


def test_a_set_that_came_in_goes_out_again(store: Store, sent: bytes, at: datetime) -> None:
    made = exchange.read(store, ALONE, sent, HERE, at)
    again = opened(
        exchange.write(store, ALONE, made, {**HERE.library, **bank.published(store)}, at)
    )
    assert again.keys() - {name for name in again if name.startswith("clips/")} == {
        "sets/mine.yaml",
        "scenarios/not-a-diary.yaml",
    }


def test_captions_may_be_left_out(store: Store, sent: bytes, at: datetime) -> None:
    files = {name: text for name, text in opened(sent).items() if not name.endswith(".vtt")}
    exchange.read(store, ALONE, packed(files), HERE, at)
    taken = media.find(store, bank.published(store)["not-a-diary"].clip.id)
    assert taken is not None and " ".join(word for word, _, _ in taken.spoken) == LINE


def with_text(old: str, new: str) -> Callable[[Files], None]:
    """Changes the scenario's file in one place."""

    def change(files: Files) -> None:
        text = files["scenarios/not-a-diary.yaml"].decode()
        assert text.count(old) == 1, f"{old!r} is not there once"
        files["scenarios/not-a-diary.yaml"] = text.replace(old, new).encode()

    return change


def with_set(old: str, new: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        files["sets/mine.yaml"] = files["sets/mine.yaml"].decode().replace(old, new).encode()

    return change


def with_file(name: str, content: bytes) -> Callable[[Files], None]:
    return lambda files: files.update({name: content})


def clip_of(files: Files, suffix: str) -> str:
    return next(name for name in files if name.endswith(suffix))


def with_clip(suffix: str, content: bytes) -> Callable[[Files], None]:
    return lambda files: files.update({clip_of(files, suffix): content})


def without(start: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        for name in [name for name in files if name.startswith(start)]:
            del files[name]

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            with_text("phase: design", "phase: someday"),
            'scenarios/not-a-diary.yaml: field "phase" is "someday"; '
            "choose one of design, planning, review.",
        ),
        (
            with_text("phase: design", "phase: design\ncolour: blue"),
            'scenarios/not-a-diary.yaml: field "colour" is not known; take it out.',
        ),
        (
            with_text("id: not-a-diary", "id: another-diary"),
            'scenarios/not-a-diary.yaml: field "id" is "another-diary"; '
            "name the file another-diary.yaml or change the id.",
        ),
        (
            with_text("id: not-a-diary", "id: ../../up"),
            'scenarios/not-a-diary.yaml: field "id" is "../../up"; '
            "use small letters and digits with single hyphens between.",
        ),
        (
            with_text("phase: design", "phase: !!python/object/apply:os.system [id]"),
            "the tag tag:yaml.org,2002:python/object/apply:os.system is not used",
        ),
        (with_text("phase: design", "phase: &a design"), "anchors and aliases"),
        (
            with_set("shipped-one", "unknown-one"),
            'sets/mine.yaml: field "scenarios" names "unknown-one", which is not in the library',
        ),
        (with_set("shipped-one", "not-a-diary"), 'names "not-a-diary" 2 times; keep one.'),
        (
            with_set("- not-a-diary\n", ""),
            "scenarios/not-a-diary.yaml: the set does not name it; add it there, or take it out.",
        ),
        (without("sets/"), "There are 0 files in sets/; a set's file holds just one."),
        (
            with_file("sets/other.yaml", b"id: other\ntitle: O\ndescription: O\nscenarios: [x]"),
            'sets/other.yaml: field "scenarios" names "x"',
        ),
        (without("clips/"), "add it, or export the set again."),
        (with_clip(".mp3", b""), "mp3: This recording cannot be used: it is empty"),
        (with_clip(".mp3", b"MZ\x90 not sound" * 900), "it could not be read as sound or film"),
        (with_clip(".mp3", b"#EXTM3U\n/etc/passwd\n"), "it could not be read as sound or film"),
        (with_clip(".mp3", wav(voice_like(92.0))), "it is longer than 90 seconds"),
        (with_clip(".mp3", bytes(10_000_001)), "it is larger than 10 MB"),
        (with_clip(".vtt", b"not captions"), "it does not begin with WEBVTT; mend it, or leave"),
        (with_clip(".vtt", b"\xff\xfe"), "it is not text in UTF-8; mend it"),
        (
            with_clip(".vtt", b"WEBVTT\n\n00:00.000 --> 00:01.000\nSomething else\n"),
            'it says "Something else…", which is not the client’s line',
        ),
        (
            with_clip(".vtt", f"WEBVTT\n\n00:00.000 --> 09:01.000\n{LINE}\n".encode()),
            "The captions' times do not fit",
        ),
        (
            with_file("clips/spare.mp3", b"sound"),
            "clips/spare.mp3: no scenario of the set uses it; take it out.",
        ),
        (with_file("../../evil.yaml", b"x"), "'../../evil.yaml': a set holds only"),
        (with_file("/etc/cron.d/evil", b"x"), "'/etc/cron.d/evil': a set holds only"),
        (with_file("scenarios/../../up.yaml", b"x"), "a set holds only"),
        (with_file("scenarios\\up.yaml", b"x"), "a set holds only"),
        (with_file("scenarios/Upper.yaml", b"x"), "a set holds only"),
        (with_file("scenarios/two.yaml\n", b"x"), "'scenarios/two.yaml\\n': a set holds only"),
        (with_file(f"clips/{'a' * 200}.mp3", b"x"), "a set holds only"),
        (with_file("README.txt", b"hello"), "'README.txt': a set holds only"),
        (with_file("scenarios/huge.yaml", b"a" * 64_001), "it is larger than 0.064 MB"),
    ],
)
def test_a_bad_set_is_refused_whole_with_the_file_the_field_and_the_remedy(
    store: Store, sent: bytes, at: datetime, change: Callable[[Files], None], said: str
) -> None:
    files = opened(sent)
    change(files)
    assert said in refusal(store, packed(files), at)


def test_every_problem_is_said_at_once(store: Store, sent: bytes, at: datetime) -> None:
    files = opened(sent)
    with_text("phase: design", "phase: someday")(files)
    with_set("title: Mine", "titel: Mine")(files)
    said = refusal(store, packed(files), at)
    assert "scenarios/not-a-diary.yaml" in said and "sets/mine.yaml" in said


def test_what_is_here_already_is_not_replaced(store: Store, sent: bytes, at: datetime) -> None:
    exchange.read(store, ALONE, sent, HERE, at)
    said = refusal(store, sent, at)
    assert 'field "id" is "not-a-diary", and there is a scenario of that id here' in said
    shipped = Here({**HERE.library, "not-a-diary": a_scenario()}, HERE.lines, HERE.sets)
    assert "there is a scenario of that id here" in refusal(store, sent, at, shipped)


def test_a_set_of_an_id_that_is_taken_is_refused(store: Store, sent: bytes, at: datetime) -> None:
    files = opened(sent)
    files["sets/first-steps.yaml"] = files.pop("sets/mine.yaml").replace(b"mine", b"first-steps")
    assert "there is a set of that id here" in refusal(store, packed(files), at)


def test_the_second_of_two_clips_failing_takes_the_first_along(
    store: Store, sent: bytes, at: datetime
) -> None:
    files = opened(sent)
    other = files["scenarios/not-a-diary.yaml"].decode().replace("not-a-diary", "other-diary")
    clip = Path(clip_of(files, ".mp3")).stem
    files["scenarios/other-diary.yaml"] = other.replace(clip, "other-clip").encode()
    files["clips/other-clip.mp3"] = b"not sound" * 500
    with_set("- not-a-diary", "- not-a-diary\n- other-diary")(files)
    assert "clips/other-clip.mp3" in refusal(store, packed(files), at)
    assert left_behind(store) == []


@pytest.mark.parametrize("data", [b"", b"not a zip" * 100, b"PK\x03\x04" + bytes(100)])
def test_what_is_no_zip_is_refused(store: Store, at: datetime, data: bytes) -> None:
    assert "not a whole zip file" in refusal(store, data, at)


def test_a_zip_that_was_cut_off_or_altered_is_refused(
    store: Store, sent: bytes, at: datetime
) -> None:
    assert "not a whole zip file" in refusal(store, sent[: len(sent) // 2], at)
    middle = len(sent) // 2  # inside the mp3, whose checksum then fails
    altered = sent[:middle] + bytes([sent[middle] ^ 255]) + sent[middle + 1 :]
    assert "not a whole zip file" in refusal(store, altered, at)


def test_a_file_that_unpacks_to_far_more_than_it_says_is_stopped(
    store: Store, sent: bytes, at: datetime
) -> None:
    bomb = packed({**opened(sent), "scenarios/bomb.yaml": bytes(50_000_000)})
    assert len(bomb) < 500_000
    assert "scenarios/bomb.yaml: it is larger than" in refusal(store, bomb, at)


def test_many_files_that_are_each_small_enough_are_stopped_together(
    store: Store, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parcel, "LARGEST_FILE_BYTES", 100_000)
    many = packed({f"scenarios/a-{n}.yaml": bytes(60_000) for n in range(3)})
    assert "make two sets" in refusal(store, many, at)
    monkeypatch.setattr(parcel, "MOST_FILES", 2)
    assert "holds 3 files, over 2" in refusal(store, many, at)


def test_a_link_is_refused(store: Store, sent: bytes, at: datetime) -> None:
    file = io.BytesIO(sent)
    with zipfile.ZipFile(file, "a") as out:
        link = zipfile.ZipInfo("scenarios/link.yaml")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        out.writestr(link, "/etc/passwd")
    assert "scenarios/link.yaml: it is a link" in refusal(store, file.getvalue(), at)


def test_a_name_that_is_there_twice_is_refused(store: Store, sent: bytes, at: datetime) -> None:
    file = io.BytesIO(sent)
    with zipfile.ZipFile(file, "a") as out, pytest.warns(UserWarning, match="Duplicate name"):
        out.writestr("sets/mine.yaml", "id: mine")
    assert "sets/mine.yaml: it is there 2 times; keep one." in refusal(store, file.getvalue(), at)


def test_a_locked_file_is_refused(store: Store, sent: bytes, at: datetime) -> None:
    data = bytearray(sent)
    at_entry = data.index(b"PK\x01\x02")  # the first entry of the directory; bit 0: encrypted
    data[at_entry + 8] |= 1
    assert "it is locked; save it unlocked." in refusal(store, bytes(data), at)


def test_a_scenario_may_use_a_shipped_clip_but_not_with_other_words(
    store: Store, sent: bytes, at: datetime
) -> None:
    files = opened(sent)
    clip = Path(clip_of(files, ".mp3")).stem
    without("clips/")(files)
    with_text(clip, SHIPPED.clip.id)(files)
    assert "add it, or export the set again" in refusal(store, packed(files), at)
    with_text(LINE, SHIPPED.clip.transcript)(files)
    exchange.read(store, ALONE, packed(files), HERE, at)
    assert bank.published(store)["not-a-diary"].clip.id == SHIPPED.clip.id


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1))
def test_whatever_bytes_are_altered_a_set_is_whole_or_refused(
    sent: bytes, tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[float, int]]
) -> None:
    data = bytearray(sent)
    for where, byte in changes:
        data[int(where * len(data))] = byte
    store = Store(tmp_path_factory.mktemp("altered"))
    try:
        exchange.read(store, ALONE, bytes(data), HERE, WHEN)
    except SetError:
        assert (bank.entries(store, ALONE, WHEN), bank.sets(store), left_behind(store)) == (
            [],
            {},
            [],
        )
    else:
        assert bank.sets(store)["mine"].scenarios == ("not-a-diary", SHIPPED.id)
