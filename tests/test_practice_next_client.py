"""Whom to meet next: assignments, due re-tests on new clients, the same kind, then mixed."""

from datetime import datetime, timedelta

import pytest

from practice import next_client, schedule
from practice.levels import Standing
from practice.next_client import suggest
from practice.schedule import State
from practice.selfview import Reaction
from practice.simulate import _try
from practice.tries import Occasion
from scenarios.models import Challenge, Difficulty, Scenario
from tests.stand_ins import a_scenario

DAY = timedelta(days=1)


def client(
    name: str,
    family: str,
    challenge: Challenge = "refusal",
    difficulty: Difficulty = "beginner",
) -> Scenario:
    changed = {"id": name, "family": family, "challenge": challenge, "difficulty": difficulty}
    return a_scenario().model_copy(update=changed)


LIBRARY = {
    one.id: one
    for one in (
        client("records-1", "records"),
        client("records-2", "records"),
        client("partner", "partner"),
        client("phone", "phone", "too_challenging"),
        client("boss", "phone", "too_challenging", "intermediate"),
        client("late", "withdrawal", "nonengagement_rupture", "intermediate"),
    )
}


def met(
    state: State, name: str, at: datetime, overall: float, reaction: Reaction | None = None
) -> State:
    tried = _try(LIBRARY[name], f"{name}-{at}", f"{name}-{at}", overall, at, reaction)
    return schedule.after(state, Occasion(tries=(tried,)))[0]


def test_what_is_assigned_comes_before_everything(at: datetime) -> None:
    state = met(State(), "records-1", at, 3.0)
    found = suggest(state, LIBRARY, at + 90 * DAY, ["gone", "late", "phone"])
    assert (found.scenario, found.purpose) == ("late", "assigned")


def test_a_due_family_is_met_again_on_a_client_who_is_new(at: datetime) -> None:
    state = met(State(), "records-1", at, 3.0)
    due_at = state.families["records"].due_at
    # FSRS: a first "good" has stability 2.3065 days; at 0.9 retention the interval is that: 2 days.
    assert due_at == at + 2 * DAY
    before = suggest(state, LIBRARY, due_at - timedelta(seconds=1))
    found = suggest(state, LIBRARY, due_at)
    assert before.purpose != "retest"
    assert (found.scenario, found.purpose) == ("records-2", "retest")
    assert found.because == (
        "it is 2 days since you met a moment like this one, and Ada is new to you"
    )


def test_with_no_new_client_left_the_one_met_longest_ago_comes_back(at: datetime) -> None:
    state = met(State(), "records-1", at, 3.0)
    state = met(state, "records-2", at + DAY, 3.0)
    found = suggest(state, LIBRARY, at + 30 * DAY)
    assert (found.scenario, found.purpose) == ("records-1", "retest")
    assert "it is 4 weeks since you met Ada" in found.because


def test_a_retest_is_no_ambush(at: datetime) -> None:
    library = {
        one.id: one for one in (client("easy", "one"), client("hard", "one", difficulty="advanced"))
    }
    tried = _try(library["easy"], "a", "a", 1.0, at, "too_hard")
    state, _ = schedule.after(State(), Occasion(tries=(tried,)))
    state = met(state, "phone", at + DAY, 2.0)
    found = suggest(state, library, at + 30 * DAY)
    assert (found.scenario, found.purpose) == ("easy", "retest")


def test_what_went_well_waits_longer_than_what_did_not(at: datetime) -> None:
    due = {
        overall: met(State(), "phone", at, overall, "too_easy").families["phone"].due_at - at
        for overall in (1.0, 2.0, 3.0, 3.5)
    }
    # FSRS's first stabilities: again 0.212, hard 1.2931, good 2.3065, easy 8.2956; at least a day.
    assert list(due.values()) == [1 * DAY, 1 * DAY, 2 * DAY, 8 * DAY]


def test_no_retest_is_further_off_than_two_months(at: datetime) -> None:
    state, when = State(), at
    for _ in range(8):
        state = met(state, "phone", when, 3.5, "too_easy")
        when = state.families["phone"].due_at
    assert when - state.families["phone"].last_at == 60 * DAY


def test_after_two_retests_in_a_row_comes_something_else(at: datetime) -> None:
    state = State()
    for name in ("records-1", "phone", "partner", "late"):
        state = met(state, name, at, 3.0)
    purposes = []
    when = at + 30 * DAY
    for _ in range(3):
        found = suggest(state, LIBRARY, when)
        purposes.append(found.purpose)
        state = met(state, found.scenario, when, 3.0)
    assert purposes[:2] == ["retest", "retest"]
    assert purposes[2] != "retest"


def test_until_a_kind_has_gone_well_the_same_kind_comes_again(at: datetime) -> None:
    found = suggest(met(State(), "records-1", at, 2.0), LIBRARY, at)
    assert found.purpose == "same_kind"
    assert LIBRARY[found.scenario].challenge == "refusal"
    assert found.scenario != "records-1"


def test_once_a_kind_has_gone_well_kinds_are_mixed(at: datetime) -> None:
    found = suggest(met(State(), "records-1", at, 3.0), LIBRARY, at)
    assert (found.scenario, found.purpose) == ("phone", "mixed")
    assert "a different kind of moment, at the beginner level" in found.because


def test_the_level_decides_among_new_clients(at: datetime) -> None:
    state = met(State(standing=Standing(n_strong=1)), "records-1", at, 3.0)
    assert state.standing.level == "intermediate"
    found = suggest(state, LIBRARY, at)
    assert LIBRARY[found.scenario].difficulty == "intermediate"


def test_a_beginner_is_told_where_to_begin(at: datetime) -> None:
    found = suggest(State(), LIBRARY, at)
    assert LIBRARY[found.scenario].difficulty == "beginner"
    assert found.because == "this is a kind place to begin"


def test_a_library_of_one_still_has_a_next(at: datetime) -> None:
    one = {"phone": LIBRARY["phone"]}
    assert suggest(met(State(), "phone", at, 3.0), one, at).scenario == "phone"


def test_a_family_that_has_left_the_library_is_not_due(at: datetime) -> None:
    state = met(State(), "records-1", at, 3.0)
    assert next_client.due(state, {"phone": LIBRARY["phone"]}, at + 90 * DAY) == []


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(hours=3), "a while"),
        (DAY, "a day"),
        (13 * DAY, "13 days"),
        (14 * DAY, "2 weeks"),
        (60 * DAY, "9 weeks"),
    ],
)
def test_spans_are_said_as_people_say_them(span: timedelta, said: str) -> None:
    assert next_client.in_days(span) == said


def test_the_log_says_what_happened_and_why(at: datetime) -> None:
    state = met(State(), "records-1", at, 3.0)
    again = _try(LIBRARY["records-2"], "a", "a", 3.2, at + 3 * DAY, "too_easy")
    _, row = schedule.after(state, Occasion(tries=(again,)))
    assert (row.retest, row.was_level, row.level, row.move) == (
        True,
        "beginner",
        "intermediate",
        "up",
    )
    assert row.because == "it went well and felt easy"
    assert row.due_at > at + 3 * DAY
