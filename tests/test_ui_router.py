"""Every page has an entry that says for whom it is, and nobody is shown another's."""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from practice import accounts, consent, selfview, serving
from practice.accounts import ALONE, ROLES, Person
from practice.store import Store
from practice.worker import now
from tests.people import Place, a_place, an_attempt
from ui import router, server, visitor
from ui.router import PAGES, pages_for

REFUSED = "refused: That is not here, or it is not yours to see."
UI = Path(router.__file__).parent
INSIDE_OTHERS = {"session.py"}  # shown by the practice page, when a session ends
FOR = {
    "practise": {"trainee"},
    "asked": {"trainee"},
    "library": set(ROLES),
    "attempts": {"trainee"},
    "progress": {"trainee"},
    "portfolio": {"trainee"},
    "reviews": {"supervisor"},
    "cohorts": {"instructor"},
    "vignettes": {"instructor"},
    "people": {"instructor"},
    "agreement": {"supervisor", "instructor"},
    "author": {"instructor"},
    "about": set(ROLES),
    "privacy": set(ROLES),
}
ALONE_SEES = ["practise", "library", "attempts", "progress", "portfolio", "author", "about"]


def test_every_module_with_a_page_has_an_entry() -> None:
    with_page = {
        path.name for path in UI.glob("*.py") if "\ndef page() -> None:" in path.read_text()
    }
    entries = {Path(one.show.__code__.co_filename).name for one in PAGES}
    assert with_page - INSIDE_OTHERS == entries


def test_every_page_is_for_those_it_should_be_for() -> None:
    found = {
        one.path: {
            role
            for role in ROLES
            if one in pages_for(Person(id="x", name="X", roles=frozenset({role})), alone=False)
        }
        for one in PAGES
    }
    assert found == FOR


def test_alone_on_ones_own_computer_there_is_nothing_of_accounts() -> None:
    assert [one.path for one in pages_for(ALONE, alone=True)] == ALONE_SEES


def test_ids_from_addresses_are_looked_up_only_where_it_is_asked_whose_they_are() -> None:
    asks = {"visitor.py", "account_routes.py", "compare.py"}
    finds = {path.name for path in UI.glob("*.py") if "attempts.find(" in path.read_text()}
    assert finds <= asks


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: datetime) -> Iterator[Place]:
    """A place with accounts, as the screens see it."""
    monkeypatch.setitem(os.environ, "BETWEEN_DATA", str(tmp_path))
    store = Store(tmp_path)
    monkeypatch.setattr(server, "store", lambda: store)
    monkeypatch.setattr(server, "mode", lambda: serving.Mode(True, "it is a test"))
    st.cache_resource.clear()
    yield a_place(store, at)
    st.cache_resource.clear()


def screen(module: str) -> None:
    """Shows one page to whoever is signed in, past the router."""
    import importlib

    import streamlit as st

    from practice.access import AccessError
    from ui import visitor

    visitor.enter()
    try:
        importlib.import_module(f"ui.{module}").page()
    except AccessError as exc:
        st.text(f"refused: {exc}")


def shown(
    place: Place, person: Person, module: str, monkeypatch: pytest.MonkeyPatch, **address: str
) -> AppTest:
    with place.store.change() as db:
        token = accounts.begin_session(db, person.id, now())
    monkeypatch.setattr(visitor, "cookie", lambda: token)
    made = AppTest.from_function(screen, args=(module,), default_timeout=60)
    for name, value in address.items():
        made.query_params[name] = value
    return made.run()


def everything(found: AppTest) -> str:
    """Every word of a screen, however it is shown."""
    return " ".join(str(one.proto) for one in found.main if hasattr(one, "proto"))


def test_the_agreement_page_shown_past_the_router_refuses_a_trainee(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = shown(place, place.tom, "agreement_page", monkeypatch)
    assert [one.value for one in found.text] == [REFUSED]


@pytest.mark.parametrize("module", ["people_page", "classes", "items", "author"])
@pytest.mark.parametrize("who", ["tom", "sunniva"])
def test_a_page_shown_past_the_router_refuses_all_the_same(
    place: Place, monkeypatch: pytest.MonkeyPatch, module: str, who: str
) -> None:
    found = shown(place, getattr(place, who), module, monkeypatch)
    assert [one.value for one in found.text] == [REFUSED]


@pytest.mark.parametrize("module", ["people_page", "classes", "items", "author"])
def test_an_instructors_pages_open_for_an_instructor(
    place: Place, monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    found = shown(place, place.ines, module, monkeypatch)
    assert not found.exception
    assert found.title[0].value in ("People", "Cohorts", "Vignettes in use", "Write a client")


def test_a_review_by_a_guessed_address_shows_nothing(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = an_attempt(place, place.tom, now())
    found = shown(place, place.sunniva, "reviewing", monkeypatch, review=attempt.id)
    assert [one.value for one in found.text] == [REFUSED]
    assert "marmalade" not in everything(found)


@pytest.mark.parametrize("key", ["attempt", "again", "after"])
def test_anothers_attempt_in_the_address_of_practice_shows_nothing_of_it(
    place: Place, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    attempt = an_attempt(place, place.tom, now())
    selfview.rate(place.store, attempt.id, None, now())
    address = {"scenario": "refusal-school", key: attempt.id}
    found = shown(place, place.una, "practise", monkeypatch, **address)
    assert not found.exception
    assert "marmalade" not in everything(found) and "diary person" not in everything(found)
    if key == "attempt":  # its own trainee sees it there, so the words would have been found
        found = shown(place, place.tom, "practise", monkeypatch, **address)
        assert "marmalade" in everything(found) and "diary person" in everything(found)


def test_signed_out_nothing_is_shown(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visitor, "cookie", lambda: "x" * 43)
    found = AppTest.from_file(str(UI.parent / "app.py"), default_timeout=60).run()
    assert [one.value for one in found.title] == ["You are signed out"]


def test_without_consent_to_practice_nothing_can_be_kept(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    consent.take_back(place.store, place.tom, "practice", now())
    with place.store.change() as db:
        token = accounts.begin_session(db, place.tom.id, now())
    monkeypatch.setattr(visitor, "cookie", lambda: token)
    found = AppTest.from_file(str(UI.parent / "app.py"), default_timeout=60).run()
    assert [one.value for one in found.title] == ["Practice is paused"]
