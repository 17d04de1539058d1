"""The portfolio: complete in itself, harmless, and made to be printed."""

import re
from datetime import datetime
from pathlib import Path

import pytest

from practice import attempts, plans, portfolio, selfview
from practice.plans import Plan
from practice.store import Store
from tests.practised import practised


@pytest.fixture
def store(tmp_path: Path, at: datetime) -> Store:
    opened = Store(tmp_path)
    attempts.add_person(opened, "me", "You", at)
    return opened


def made(store: Store, at: datetime, name: str = "Robin", question: str = "") -> str:
    entries = [portfolio.entry(store, one) for one in attempts.newest(store, "me", 10)]
    return portfolio.page(name, question, entries, at)


def test_it_shows_the_client_the_reply_the_scores_and_room_for_notes(
    store: Store, at: datetime
) -> None:
    attempt = practised(store, at, 2.5, shown={"reflection": "It sounds as if"})
    selfview.rate(store, attempt.id, {"rationale": 1, "collaboration": 4, "obstacles": 3}, at)
    plans.keep(store, attempt.id, Plan(what="two lines"), at)
    page = made(store, at)
    for said in (
        "Robin · 24 November 2026 · 1 reply",
        "not writing a diary.",
        "It sounds as if writing is not for you.",
        "<td>2.5 of 4 (likely 2.5 to 2.5)</td><td>4</td>",
        "Found in it: reflects what was said.",
        "<td>two lines</td>",
        "<td>left open</td>",
        "Supervisor’s notes",
        "they are not grades",
    ):
        assert said in page, said


def test_a_reply_that_was_not_scored_shows_no_number(store: Store, at: datetime) -> None:
    practised(store, at, None)
    assert "of 4" not in made(store, at)


def test_nothing_a_person_wrote_can_act_in_it(store: Store, at: datetime) -> None:
    practised(store, at, 2.0)
    page = made(store, at, "<script>x</script>", "<img src=x onerror=y>")
    assert "<script" not in page
    assert "<img" not in page


def test_it_asks_no_other_file_or_host(store: Store, at: datetime) -> None:
    practised(store, at, 2.0)
    assert re.findall(r"(?:src|href)=|https?:|url\(|@import", made(store, at)) == []
