"""What an instructor asked for is said on the practice page, and led to first."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from practice import accounts, assignments, serving, set_runs
from practice.assignments import Plan
from practice.store import Store
from practice.worker import now
from scenarios.load import load_library, load_sets
from tests.people import Place, a_place
from ui import server, visitor

LIBRARY = load_library()
FIRST_STEPS = load_sets(LIBRARY)["first-steps"]
WANTED = next(one for one in LIBRARY if one not in FIRST_STEPS.scenarios)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """A place with accounts whose trainee Tom is signed in and asked for one client."""
    monkeypatch.setitem(os.environ, "BETWEEN_DATA", str(tmp_path))
    store = Store(tmp_path)
    monkeypatch.setattr(server, "store", lambda: store)
    monkeypatch.setattr(server, "mode", lambda: serving.Mode(True, "it is a test"))
    st.cache_resource.clear()
    began = now() - timedelta(hours=1)
    made = a_place(store, began)
    plan = Plan(
        title="Week one", scenarios=(WANTED,), opens_at=began, due_at=began + timedelta(days=7)
    )
    assignments.assign(store, made.ines, plan, now(), known=LIBRARY, cohort=made.cohort.id)
    with store.change() as db:
        token = accounts.begin_session(db, made.tom.id, now())
    monkeypatch.setattr(visitor, "cookie", lambda: token)
    yield made
    st.cache_resource.clear()


def screen() -> None:
    from ui import practise, visitor

    visitor.enter()
    practise.page()


def shown(**address: str) -> tuple[AppTest, str]:
    made = AppTest.from_function(screen, default_timeout=60)
    for name, value in address.items():
        made.query_params[name] = value
    made.run()
    assert not made.exception
    return made, " ".join(str(one.proto) for one in made.main if hasattr(one, "proto"))


def test_a_first_visit_begins_with_what_was_asked_for(place: Place) -> None:
    page, words = shown()
    assert page.query_params["scenario"] == WANTED
    assert "Your instructor asked for “Week one”, by " in words
    assert "here, is the one still to do." in words
    assert words.index("Your instructor asked for") < words.index("Welcome to Between Sessions")


def test_a_set_that_was_begun_does_not_come_before_it(place: Place) -> None:
    set_runs.start(place.store, place.tom.id, FIRST_STEPS, now())
    page, _ = shown()
    assert page.query_params["scenario"] == WANTED


def test_from_another_client_a_link_leads_there(place: Place) -> None:
    _, words = shown(scenario=FIRST_STEPS.scenarios[0])
    assert f"Begin with {LIBRARY[WANTED].client.name}" in words
    assert f"scenario={WANTED}" in words


def test_where_nothing_is_asked_nothing_is_said(place: Place) -> None:
    asked = assignments.of_trainee(place.store, place.tom.id, now())
    assignments.withdraw(place.store, place.ines, asked[0].id, now())
    page, words = shown()
    assert page.query_params["scenario"] == FIRST_STEPS.scenarios[0]
    assert "Your instructor asked for" not in words
