"""Where practice stands: taken in once, kept, and the same after a restart."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from practice import attempts, selfview, standings, tries
from practice.store import Store
from tests.practised import practised
from tests.stand_ins import a_scenario

MINUTE = timedelta(minutes=1)


@pytest.fixture
def store(tmp_path: Path, at: datetime) -> Store:
    opened = Store(tmp_path)
    attempts.add_person(opened, "me", "You", at)
    return opened


def test_an_occasion_is_its_first_try_and_all_that_tried_to_better_it(
    store: Store, at: datetime
) -> None:
    first = practised(store, at, 1.0)
    second = practised(store, at + 2 * MINUTE, 2.0, retry_of=first.id)
    third = practised(store, at + 4 * MINUTE, 3.0, retry_of=second.id, reaction="too_easy")
    other = practised(store, at + 9 * MINUTE, 2.5)
    found = tries.occasions(tries.of_person(store, "me"))
    assert [[one.attempt for one in some.tries] for some in found] == [
        [first.id, second.id, third.id],
        [other.id],
    ]
    assert (found[0].first.overall, found[0].best, found[0].reaction) == (1.0, 3.0, "too_easy")


def test_an_unscored_reply_counts_for_nothing(store: Store, at: datetime) -> None:
    unscored = practised(store, at, None)
    assert tries.of_person(store, "me") == []
    practised(store, at + MINUTE, 2.0, retry_of=unscored.id)
    found = tries.occasions(tries.of_person(store, "me"))
    assert [one.first.occasion for one in found] == [unscored.id]


def test_settling_takes_each_occasion_in_once(store: Store, at: datetime) -> None:
    practised(store, at, 3.0, reaction="too_easy")
    assert [row.move for row in standings.settle(store, "me", at + MINUTE)] == ["up"]
    assert standings.settle(store, "me", at + 2 * MINUTE) == []
    assert [row.move for row in standings.log(store, "me")] == ["up"]
    assert standings.load(store, "me").standing.level == "intermediate"


def test_what_is_kept_is_there_after_a_restart(store: Store, at: datetime, tmp_path: Path) -> None:
    practised(store, at, 3.0)
    standings.settle(store, "me", at + MINUTE)
    state = standings.load(store, "me")
    store.close()
    assert standings.load(Store(tmp_path), "me") == state
    assert state.families["refusal-records"].due_at == at + timedelta(days=2)
    assert state.seen == {"refusal-diary": at}


def test_looking_ahead_keeps_nothing_and_agrees_with_settling(store: Store, at: datetime) -> None:
    practised(store, at, 3.0, reaction="too_easy")
    ahead, rows = standings.ahead(store, "me")
    assert standings.log(store, "me") == []
    assert standings.settle(store, "me", at) == rows
    assert standings.load(store, "me") == ahead


def test_a_reaction_changed_before_moving_on_counts(store: Store, at: datetime) -> None:
    attempt = practised(store, at, 3.0, reaction="too_easy")
    selfview.react(store, attempt.id, "good_challenge", at)
    assert [row.move for row in standings.settle(store, "me", at)] == ["hold"]


def test_what_is_next_comes_with_its_reason(store: Store, at: datetime) -> None:
    library = {a_scenario().id: a_scenario()}
    found, row = standings.next_up(store, "me", library, at)
    assert (found.scenario, row) == ("refusal-diary", None)
    practised(store, at, 3.0, reaction="too_easy")
    _, row = standings.next_up(store, "me", library, at)
    assert row is not None and row.because == "it went well and felt easy"


def test_nobody_is_assigned_anything_unless_asked(store: Store, at: datetime) -> None:
    assert standings.assigned(store, "me", at) == []


def test_a_session_goes_on_until_half_an_hour_without_a_reply(at: datetime) -> None:
    times = [at, at + 40 * MINUTE, at + 50 * MINUTE, at + 65 * MINUTE]
    now = at + 70 * MINUTE
    assert standings.session_times(times, now) == tuple(times[1:])
    assert standings.session_times(times, at + 96 * MINUTE) == ()
    assert standings.session_times([], now) == ()


def test_a_session_is_long_enough_at_twenty_minutes(at: datetime) -> None:
    assert not standings.long_enough([at], at + timedelta(minutes=19, seconds=59))
    assert standings.long_enough([at], at + 20 * MINUTE)
    assert not standings.long_enough([], at)


def test_the_sessions_replies_are_found(store: Store, at: datetime) -> None:
    practised(store, at - timedelta(days=1), 2.0)
    practised(store, at, None)
    assert standings.session_of(store, "me", at + MINUTE) == (at,)
