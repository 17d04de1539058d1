"""The door to pages and recordings: page × role and recording × role, whole; CSV; field limits."""

import ast
import csv
import io
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import streamlit as st
from starlette.testclient import TestClient

from practice import (
    accounts,
    assignments,
    class_grid,
    consent,
    media,
    parcel,
    privacy,
    replies,
    reviews,
    safe_csv,
    serving,
)
from practice.accounts import Person
from practice.store import Store
from practice.worker import now
from tests.people import Place, a_place, an_attempt
from tests.test_practice_access import blocked_since
from tests.test_ui_guard import app, signed_in
from tests.test_ui_router import everything, shown
from ui import guard, server
from ui.router import PAGES, Entry

UI = Path(guard.__file__).parent
FORMULAS = ("=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "\t=1", " =1")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: datetime) -> Iterator[Place]:
    """A place with accounts, as the server and the screens see it."""
    monkeypatch.setitem(os.environ, "BETWEEN_DATA", str(tmp_path))
    store = Store(tmp_path)
    monkeypatch.setattr(server, "store", lambda: store)
    monkeypatch.setattr(server, "mode", lambda: serving.Mode(True, "it is a test"))
    st.cache_resource.clear()
    yield a_place(store, at)
    st.cache_resource.clear()


@pytest.fixture
def client(place: Place) -> Iterator[TestClient]:
    with TestClient(app(), base_url="http://localhost", follow_redirects=False) as made:
        yield made


# Who hears Tom's recording: before he submits it, and once he has.
HEARS = {
    "tom": (200, 200),
    "sunniva": (403, 200),
    "una": (403, 403),
    "otto": (403, 403),
    "ines": (403, 403),
    "iris": (403, 403),
    "bea": (401, 401),  # blocked: her session has ended
    "nobody": (401, 401),
}


@pytest.mark.parametrize("who", HEARS)
def test_a_recording_by_its_address(
    client: TestClient,
    place: Place,
    at: datetime,
    who: str,
) -> None:
    attempt = an_attempt(place, place.tom, at)
    if who == "bea":
        signed_in(client, place.store, blocked_since(place, at))
    elif who != "nobody":
        signed_in(client, place.store, getattr(place, who))
    address = f"/account/sound/{attempt.id}"
    before = client.get(address).status_code
    consent.give(place.store, place.tom, "supervision", at)
    reviews.submit(place.store, place.tom, attempt.id, at)
    assert (before, client.get(address).status_code) == HEARS[who]


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.path)
def test_no_page_shows_a_private_reply_to_anybody_but_its_trainee(
    place: Place, monkeypatch: pytest.MonkeyPatch, entry: Entry
) -> None:
    """Past the router: every page, by everybody, whatever their role."""
    an_attempt(place, place.tom, now())
    module = Path(entry.show.__code__.co_filename).stem
    for who in ("una", "sunniva", "otto", "ines", "iris", "tom"):
        found = shown(place, getattr(place, who), module, monkeypatch)
        assert not found.exception
        read = "marmalade" in everything(found)
        assert not read or who == "tom"
        if who == "tom" and module == "attempts":
            assert read  # so the words would have been found elsewhere


@pytest.mark.parametrize("name", FORMULAS)
def test_no_csv_that_leaves_holds_a_formula(tmp_path: Path, at: datetime, name: str) -> None:
    place = a_place(Store(tmp_path), at)
    with place.store.change() as db:
        db["people"].update(place.tom.id, {"name": name})
    plan = assignments.Plan(
        title=name if name.strip()[0] != "\t" else "=1",
        scenarios=("refusal-diary",),
        opens_at=at,
        due_at=at.replace(day=28),
    )
    assignments.assign(
        *(place.store, place.ines, plan, at), known={"refusal-diary"}, cohort=place.cohort.id
    )
    an_attempt(place, place.tom, at)
    with place.store.change() as db:
        db.execute("UPDATE attempts SET typed = ?, recording = NULL", (name,))
    tables = [
        class_grid.as_csv(
            place.store, place.ines, assignments.of_trainee(place.store, place.tom.id, at)[0], at
        ),
        privacy._attempts_csv(place.store, place.tom.id),
    ]
    for table in tables:
        rows = list(csv.reader(io.StringIO(table)))
        cells = [cell for row in rows for cell in row]
        assert any(name.strip() in cell for cell in cells), "the name has to be there to be seen"
        assert not [cell for cell in cells if cell.lstrip(" ").startswith(safe_csv.FORMULA)]


def test_csv_is_written_in_one_place_only() -> None:
    """So that every CSV that leaves goes through `safe_csv`."""
    folder = Path(safe_csv.__file__).parent
    writes = {
        path.name
        for where in (folder, UI, folder.parent / "scoring")
        for path in where.glob("*.py")
        if "csv.writer" in path.read_text() or "DictWriter" in path.read_text()
    }
    assert writes == {"safe_csv.py"}


FIELDS = {"text_input", "text_area", "chat_input"}


def fields() -> Iterator[tuple[str, ast.Call]]:
    for path in sorted(UI.glob("*.py")):
        for one in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(one, ast.Call):
                called = ast.unparse(one.func).rpartition(".")[2]
                if called in FIELDS | {"draw"}:
                    yield f"{path.name}:{one.lineno}", one


def test_every_field_of_words_has_a_limit() -> None:
    found = list(fields())
    assert len(found) > 15
    assert not [
        where for where, one in found if "max_chars" not in {word.arg for word in one.keywords}
    ]


def test_an_upload_is_refused_before_it_fills_the_server() -> None:
    """Streamlit refuses what is larger than its setting; ours come to the same, or to less."""
    from streamlit import config

    most = config.get_option("server.maxUploadSize") * 1024 * 1024
    assert most == 100 * 1024 * 1024
    assert (
        max(media.LARGEST_UPLOAD_BYTES, replies.MAX_RECORDING_BYTES, parcel.LARGEST_FILE_BYTES)
        <= most
    )


def test_no_page_draws_headings_below_the_level_that_comes_next() -> None:
    """Under the page's title (level 1) comes level 2; level 3 only where a level 2 is above it."""
    third = {path.name for path in UI.glob("*.py") if "st.subheader(" in path.read_text()}
    assert third <= {"author_turns.py"}  # under “The client’s line”


def test_somebody_blocked_or_signed_out_is_no_person(tmp_path: Path, at: datetime) -> None:
    place = a_place(Store(tmp_path), at)
    bea = blocked_since(place, at)

    def session_of(person: Person) -> str:
        with place.store.change() as db:
            return accounts.begin_session(db, person.id, at)

    assert accounts.whose(place.store, session_of(bea), at) is None
    token = session_of(place.tom)
    assert accounts.whose(place.store, token, at) == place.tom
    accounts.sign_out(place.store, token)
    assert accounts.whose(place.store, token, at) is None
