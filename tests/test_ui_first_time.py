"""What somebody stumbles over the first time: links, sets, cohorts, where to begin, few ratings."""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from practice import accounts, assignments, reviews, serving, users
from practice.accounts import Person
from practice.store import Store
from practice.worker import now
from scenarios.load import load_library, load_sets
from tests.people import Place, a_place, submitted
from tests.rated_place import rated_place
from tests.test_ui_router import UI, everything, screen
from ui import server, set_run, visitor
from ui.start import waiting_words
from ui.style import plain

TOKEN = "abc"
KNOWN = {"BETWEEN_URL": "https://practice.example/"}


@pytest.fixture(autouse=True)
def no_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BETWEEN_URL", raising=False)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A data folder, as the screens see it."""
    monkeypatch.setitem(os.environ, "BETWEEN_DATA", str(tmp_path))
    made = Store(tmp_path)
    monkeypatch.setattr(server, "store", lambda: made)
    monkeypatch.setattr(server, "mode", lambda: serving.Mode(True, "it is a test"))
    st.cache_resource.clear()
    yield made
    st.cache_resource.clear()


@pytest.fixture
def place(store: Store, at: datetime) -> Place:
    return a_place(store, at)


def first_page(place: Place, person: Person, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    with place.store.change() as db:
        token = accounts.begin_session(db, person.id, now())
    monkeypatch.setattr(visitor, "cookie", lambda: token)
    return AppTest.from_file(str(UI.parent / "app.py"), default_timeout=60).run()


def opened(store: Store, person: Person, module: str, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    with store.change() as db:
        token = accounts.begin_session(db, person.id, now())
    monkeypatch.setattr(visitor, "cookie", lambda: token)
    return AppTest.from_function(screen, args=(module,), default_timeout=60).run()


def labelled(found: AppTest, kind: str, label: str) -> list[object]:
    return [one for one in getattr(found, kind) if one.label == label]


@pytest.mark.parametrize(
    ("address", "port", "base", "secure", "url"),
    [
        ("127.0.0.1", 18765, "", False, "http://127.0.0.1:18765"),
        ("localhost", 8501, "/practice", False, "http://localhost:8501/practice"),
        ("0.0.0.0", 8600, "", True, "https://localhost:8600"),
        (None, 8501, "", False, "http://localhost:8501"),
        ("::1", 8501, "", False, "http://[::1]:8501"),
        ("192.0.2.4", 80, "", False, "http://192.0.2.4:80"),
    ],
)
def test_the_first_link_leads_to_the_port_that_the_server_was_started_on(
    address: str | None, port: int, base: str, secure: bool, url: str
) -> None:
    assert serving.local_url(address, port, base, secure=secure) == url


def test_links_from_the_shell_lead_where_the_settings_say() -> None:
    settings = {
        "STREAMLIT_SERVER_ADDRESS": "localhost",
        "STREAMLIT_SERVER_PORT": "18765",
        "STREAMLIT_SERVER_BASE_URL_PATH": "/practice/",
    }
    assert serving.configured_url(settings) == "http://localhost:18765/practice"
    assert serving.configured_url({"STREAMLIT_SERVER_PORT": "x"}) == "http://127.0.0.1:8501"


def test_the_known_address_goes_before_the_seen_one(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = "http://10.0.0.5:8600"
    assert users.link(TOKEN, seen) == f"{seen}/account/link/{TOKEN}"
    monkeypatch.setenv("BETWEEN_URL", KNOWN["BETWEEN_URL"])
    assert users.link(TOKEN, seen) == f"https://practice.example/account/link/{TOKEN}"
    assert server.seen_at(f"{seen}/people") == "https://practice.example"


@pytest.mark.parametrize(
    ("in_browser", "where"),
    [
        ("http://localhost:18765/people", "http://localhost:18765"),
        ("https://lab.example/people?x=1", "https://lab.example"),
        ("http://somebody@lab.example:81/", "http://lab.example:81"),
        ("javascript:alert(1)", "http://127.0.0.1:8501"),
        (None, "http://127.0.0.1:8501"),
    ],
)
def test_a_link_made_on_a_page_begins_as_the_page_does(in_browser: str | None, where: str) -> None:
    assert server.seen_at(in_browser) == where


def test_people_says_that_links_to_this_computer_open_nowhere_else(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "which others cannot open until BETWEEN_URL is set"
    assert said in everything(opened(place.store, place.ines, "people_page", monkeypatch))
    monkeypatch.setenv("BETWEEN_URL", KNOWN["BETWEEN_URL"])
    assert said not in everything(opened(place.store, place.ines, "people_page", monkeypatch))


def test_a_set_fills_the_list_in_its_order_and_can_be_changed_before_it_is_asked_for(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = opened(place.store, place.ines, "classes", monkeypatch)
    wanted = load_sets(load_library())["first-steps"].scenarios
    choose = next(one for one in found.selectbox if one.label.startswith("Begin with a set"))
    assert len(choose.options) == 9
    found = choose.set_value("first-steps").run()
    listed = next(one for one in found.multiselect if one.label.startswith("Vignettes"))
    assert tuple(listed.value) == wanted
    assert "Ellie: I couldn't press it · too challenging · beginner" in listed.options
    found = listed.unselect(wanted[2]).run()
    title = [one for one in found.text_input if one.label == "What is it called?"][-1]
    title.set_value("Week one")
    ask = next(one for one in found.button if one.label == "Ask for it")
    found = ask.click().run()
    assert not found.exception
    (asked,) = assignments.of_instructor(place.store, place.ines, now())
    assert asked.plan.scenarios == (*wanted[:2], *wanted[3:])
    assert "<td>not started</td>" in everything(found)
    listed = next(one for one in found.multiselect if one.label.startswith("Vignettes"))
    assert listed.value == []  # a new one begins empty


def test_what_is_left_out_is_said_and_nothing_is_lost(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = opened(place.store, place.ines, "classes", monkeypatch)
    choose = next(one for one in found.selectbox if one.label.startswith("Begin with a set"))
    found = choose.set_value("refusal").run()
    found = next(one for one in found.button if one.label == "Ask for it").click().run()
    assert [one.value for one in found.warning] == ["Please give it a title."]
    listed = next(one for one in found.multiselect if one.label.startswith("Vignettes"))
    assert len(listed.value) == 8


def test_how_far_is_asked_only_where_it_counts(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = opened(place.store, place.ines, "classes", monkeypatch)
    assert not labelled(found, "slider", "How far, of 4")
    done = next(one for one in found.selectbox if one.label == "Done")
    assert len(labelled(done.set_value("rationale").run(), "slider", "How far, of 4")) == 1


def test_the_set_for_after_a_course_comes_last_and_names_nobody(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = load_library()
    kept = load_sets(library)[set_run.AFTER_COURSE]
    found = opened(place.store, place.tom, "library", monkeypatch)
    presses = [one.label for one in found.button if one.label.startswith("Practise “")]
    assert presses[-1] == f"Practise “{plain(kept.title)}”" and len(presses) == 9
    assert "Best kept for after a course." in [one.value for one in found.caption]
    names = ", ".join(library[one].client.name for one in kept.scenarios)
    assert names not in everything(found)


def test_a_supervisor_begins_with_how_many_replies_wait(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "No reply waits for you." in everything(first_page(place, place.sunniva, monkeypatch))
    attempt = submitted(place, now())
    assert "1 reply waits for you<" in everything(first_page(place, place.sunniva, monkeypatch))
    reviews.contest(place.store, place.tom, attempt.id, "I did ask.", now())
    said = everything(first_page(place, place.sunniva, monkeypatch))
    assert "1 reply waits for you, 1 contested" in said


def test_several_replies_are_counted_in_words() -> None:
    assert waiting_words(2, 1) == "2 replies wait for you, 1 contested"
    assert waiting_words(2, 0) == "2 replies wait for you"


def test_an_instructor_without_a_cohort_is_told_where_to_begin(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = everything(first_page(place, place.iris, monkeypatch))
    assert said.index("Begin here") < said.index("Vignettes in use") < said.index(">Library<")
    assert "Begin here" not in everything(first_page(place, place.ines, monkeypatch))


def test_with_nothing_to_count_the_reason_is_said(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    (said,) = [one.value for one in opened(place.store, place.ines, "items", monkeypatch).info]
    assert "ticked the box about research under “Your data”" in said and "at least 5" in said


def test_with_few_ratings_agreement_says_so_once(
    store: Store, monkeypatch: pytest.MonkeyPatch, at: datetime
) -> None:
    sunniva, *_ = rated_place(store, at, 3)
    found = opened(store, sunniva, "agreement_page", monkeypatch)
    (said,) = [one.value for one in found.info]
    assert "from 5 scored replies of at least 2 trainees" in said and "from 10 ratings" in said
    assert "fewer than 5" not in everything(found)


def test_where_no_two_rated_the_same_the_column_is_one_sentence(
    store: Store, monkeypatch: pytest.MonkeyPatch, at: datetime
) -> None:
    sunniva, *_ = rated_place(store, at, 12)
    found = opened(store, sunniva, "agreement_page", monkeypatch)
    said = everything(found)
    assert "How far two supervisors agree will show once" in said
    assert "Machine and supervisors</th>" in said and "Two supervisors</th>" not in said
