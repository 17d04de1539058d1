"""The research export: only who agreed, only since then, and nothing that says who they are."""

import csv
import io
import json
import re
import zipfile
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import cli
from practice import accounts, attempts, audit, consent, research, selfview
from practice.access import SHELL, AccessError
from practice.accounts import Person
from practice.masking import Mask
from practice.research import Export, ResearchError
from practice.research_columns import COLUMNS
from practice.store import Store
from speech.recording import decode
from tests.people import Place, a_place, a_score
from tests.stand_ins import a_scenario, a_transcript, voice_like, wav

DAY = timedelta(days=1)
SHIPPED = {"refusal-diary": a_scenario()}
SAID = "Tom here: ask Sunniva, or mail tom@clinic.example or call 0170 555 1234. You will sing."


@pytest.fixture
def place(tmp_path: Path, at: datetime) -> Place:
    """Tom, Una and four others have replies; all agree to research, three days before."""
    found = a_place(Store(tmp_path / "data"), at - 9 * DAY)
    people = [found.tom, found.una]
    people += [accounts.add(found.store, f"Ada{n} Quince", ("trainee",), at) for n in range(4)]
    for n, person in enumerate(people):
        consent.give(found.store, person, "research", at - 3 * DAY)
        reply(found, person, at - 4 * DAY, "Before consent, a kumquat.")
        reply(found, person, at - 2 * DAY, SAID, n=n)
        reply(found, person, at, "=cmd|' /C calc'!A0", n=n + 10)
    return found


@cache
def a_sound(n: int) -> bytes:
    return wav(voice_like(3.0 + n / 10))


def reply(place: Place, person: Person, at: datetime, said: str, n: int = 20) -> None:
    store = place.store
    sound = a_sound(n)
    one = attempts.start(store, person=person.id, scenario=a_scenario(), at=at, recording=sound)
    one = attempts.move(store, one, "transcribed", at, transcript=a_transcript(said))
    attempts.move(store, one, "scored", at, score=a_score())
    selfview.rate(store, one.id, {"rationale": 1, "collaboration": 2, "obstacles": 3}, at)


def opened(made: Export) -> tuple[list[dict[str, Any]], dict[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(made.data)) as folder:
        files = {name: folder.read(name) for name in folder.namelist()}
    return [json.loads(line) for line in files["replies.jsonl"].splitlines()], files


def make(place: Place, at: datetime, with_audio: bool = False) -> Export:
    return research.make(place.store, place.ines, SHIPPED, at, with_audio=with_audio)


def test_only_what_was_said_since_consent_by_those_whose_consent_stands(
    place: Place, at: datetime
) -> None:
    consent.take_back(place.store, place.una, "research", at)
    rows, files = opened(make(place, at))
    assert len({row["person"] for row in rows}) == 5 and len(rows) == 10
    assert not any("kumquat" in row["words"] for row in rows)
    consent.give(place.store, place.una, "research", at + DAY)  # from now on, not again from then
    rows, _ = opened(make(place, at + 2 * DAY))
    assert len({row["person"] for row in rows}) == 5
    assert sorted(files) == ["README.txt", "replies.csv", "replies.jsonl"]


def test_nothing_in_it_says_who_or_when(place: Place, at: datetime) -> None:
    _, files = opened(make(place, at, with_audio=True))
    whole = b"\n".join(files.values()).decode("utf-8", "replace")
    for row in place.store.rows("SELECT id, name FROM people WHERE name <> 'You'"):
        assert row["id"] not in whole
        for part in row["name"].split():
            assert not re.search(rf"(?<!\w){part}(?!\w)", whole, re.IGNORECASE), part
    for row in place.store.rows("SELECT id, recording, created_at FROM attempts"):
        assert not [one for one in row.values() if one in whole]
    assert "Autumn group" not in whole and "clinic.example" not in whole and "555" not in whole
    days = re.findall(r"\d{4}-\d\d-\d\d", whole)
    assert days == []


def test_names_are_random_and_others_in_every_export(place: Place, at: datetime) -> None:
    first, second = ({row["person"] for row in opened(make(place, at))[0]} for _ in range(2))
    assert len(first) == len(second) == 6 and not first & second


def test_days_are_counted_from_a_persons_first_reply(place: Place, at: datetime) -> None:
    rows, _ = opened(make(place, at))
    person = rows[0]["person"]
    theirs = [(row["n"], row["day"]) for row in rows if row["person"] == person]
    assert theirs == [(1, 0), (2, 2)]  # two days before `at`, and at `at`


def test_fewer_than_five_are_refused_and_nothing_is_noted(place: Place, at: datetime) -> None:
    people = [row["id"] for row in place.store.rows("SELECT id FROM people WHERE name <> 'You'")]
    for one in people[-2:]:
        consent.take_back(place.store, accounts.get(place.store, one), "research", at)
    before = place.store.rows("SELECT count(*) AS n FROM audit_log WHERE action LIKE 'research%'")
    with pytest.raises(ResearchError, match=r"4 people .* needs 5"):
        make(place, at)
    after = place.store.rows("SELECT count(*) AS n FROM audit_log WHERE action LIKE 'research%'")
    assert before == after


def test_audio_is_only_of_those_who_agreed_to_that_and_since_then(
    place: Place, at: datetime
) -> None:
    rows, files = opened(make(place, at, with_audio=True))
    assert not any(row["recording"] for row in rows)
    consent.give(place.store, place.tom, "research_voice", at - DAY)
    made = make(place, at, with_audio=True)
    rows, files = opened(made)
    named = [row["recording"] for row in rows if row["recording"]]
    assert len(named) == made.n_recordings == 1  # the one at `at`, not the one two days before
    assert decode(files[named[0]]).duration_s == pytest.approx(4.0, abs=0.1)
    assert not any(row["recording"] for row in opened(make(place, at))[0])
    consent.take_back(place.store, place.tom, "research", at)
    assert make(place, at, with_audio=True).n_recordings == 0


def test_everybody_covered_can_read_that_it_was_made(place: Place, at: datetime) -> None:
    made = [make(place, at), make(place, at)]
    seen = [one for one in audit.about(place.store, place.tom.id) if "research" in one.action]
    assert {one.subject for one in seen} == {one.id for one in made}
    assert {one.actor for one in seen} == {place.ines.id}
    assert not [one for one in audit.about(place.store, place.otto.id) if "resea" in one.action]


def test_trainees_and_supervisors_may_not(place: Place, at: datetime) -> None:
    for person in (place.tom, place.sunniva):
        with pytest.raises(AccessError):
            research.make(place.store, person, SHIPPED, at)
    assert research.make(place.store, SHELL, SHIPPED, at).n_people == 6


def test_the_table_and_the_codebook_have_the_same_columns_and_run_no_formula(
    place: Place, at: datetime
) -> None:
    _, files = opened(make(place, at))
    table = list(csv.DictReader(io.StringIO(files["replies.csv"].decode())))
    assert len(table) == 12 and list(table[0]) == list(COLUMNS)
    assert {row["words"] for row in table if "cmd" in row["words"]} == {"'=cmd|' /C calc'!A0"}
    assert (table[0]["rationale"], table[0]["self_obstacles"]) == ("2.0", "3")
    readme = files["README.txt"].decode()
    assert [one for one in COLUMNS if f"\n  {one} " not in readme] == []


def test_a_client_written_here_is_not_named(place: Place, at: datetime) -> None:
    rows, _ = opened(research.make(place.store, place.ines, {}, at))
    assert {row["scenario"] for row in rows} == {"written here"}
    rows, _ = opened(make(place, at))
    assert {row["scenario"] for row in rows} == {"refusal-diary"}


@pytest.mark.parametrize(
    ("said", "masked"),
    [
        ("Tom said TOM'S tomatoes, tom.", "[name] said [name]'S tomatoes, [name]."),
        ("Ask Zoë or Zoe or zoé O’Hara.", "Ask [name] or [name] or [name] O’[name]."),
        ("Will you? You will. Ask Will  Young", "[name] you? You will. Ask [name]"),
        ("Bo and bo and BO", "[name] and bo and [name]"),
        ("Mail t.w+x@a-b.example.org today", "Mail [mail] today"),
        ("Ring +44 20 7946 0018 or 12345", "Ring [number] or 12345"),
        ("On a scale from 0 to 100, ten past 10", "On a scale from 0 to 100, ten past 10"),
        ("", ""),
    ],
)
def test_known_names_are_masked_and_words_stay(said: str, masked: str) -> None:
    mask = Mask(["Tom Weller", "Zoë O'Hara", "Will Young", "Bo"])
    assert mask(said) == masked


def test_the_command_writes_the_file_once_and_refuses_in_one_line(
    place: Place,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def between(*args: str) -> int:
        monkeypatch.setattr("sys.argv", ["between", "export", *args])
        try:
            cli.main()
        except SystemExit as exc:
            return int(exc.code or 0)
        return 0

    monkeypatch.setenv("BETWEEN_DATA", str(place.store.folder))
    file = tmp_path / "out.zip"
    assert between("--research", str(file)) == 0
    said = capsys.readouterr().out
    assert "12 replies of 6 people, and 0 recordings" in said and "words can still tell" in said
    assert file.stat().st_mode & 0o077 == 0
    before = file.read_bytes()
    assert between("--research", str(file)) == 2
    assert capsys.readouterr().err.count("\n") == 1 and file.read_bytes() == before
    assert between("--with-audio", str(tmp_path / "x.zip")) == 2
    assert between("--user", "Tom Weller", str(tmp_path / "tom.zip")) == 0
    with zipfile.ZipFile(tmp_path / "tom.zip") as folder:
        assert "kumquat" in folder.read("attempts.csv").decode()
    assert between("--user", "Nobody", str(tmp_path / "y.zip")) == 2
    assert between("--research", str(tmp_path / "no" / "where.zip")) == 2
    assert sorted(one.name for one in tmp_path.iterdir()) == ["data", "out.zip", "tom.zip"]
