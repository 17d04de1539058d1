"""A check holds back the feedback on its clients until it ends."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from practice import attempts, checks, next_client
from practice.schedule import State
from practice.store import Store
from tests.practised import practised
from tests.stand_ins import a_scenario

MINUTE = timedelta(minutes=1)
ONE = a_scenario()
TWO = a_scenario().model_copy(update={"id": "other", "family": "other"})


@pytest.fixture
def store(tmp_path: Path, at: datetime) -> Store:
    opened = Store(tmp_path)
    attempts.add_person(opened, "me", "You", at)
    return opened


def test_it_holds_what_is_answered_in_it_and_nothing_else(store: Store, at: datetime) -> None:
    before = practised(store, at - MINUTE, 2.0)
    checks.start(store, "me", [ONE.id, TWO.id], at)
    during = practised(store, at + MINUTE, 2.0)
    check = checks.current(store, "me")
    assert check is not None
    assert (check.holds(before), check.holds(during)) == (False, True)
    assert checks.to_come(store, check) == [TWO.id]
    assert [one.id for one in checks.answered(store, check)] == [during.id]


def test_its_end_lets_the_feedback_out(store: Store, at: datetime) -> None:
    checks.start(store, "me", [ONE.id], at)
    checks.end(store, "me", at + MINUTE)
    assert checks.current(store, "me") is None


def test_a_new_check_ends_the_one_before(store: Store, at: datetime) -> None:
    checks.start(store, "me", [ONE.id], at)
    checks.start(store, "me", [TWO.id], at + MINUTE)
    check = checks.current(store, "me")
    assert check is not None and check.scenarios == (TWO.id,)


def test_it_brings_one_client_of_each_family_never_met(at: datetime) -> None:
    twin = TWO.model_copy(update={"id": "twin", "difficulty": "advanced"})
    library = {one.id: one for one in (ONE, TWO, twin)}
    assert next_client.never_met(State(seen={ONE.id: at}), library, 3) == ["other"]
    assert len(next_client.never_met(State(), library, 1)) == 1
