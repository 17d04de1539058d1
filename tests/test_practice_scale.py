"""What keeps a large place quick: one person's pages read one person's rows, in few queries."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from practice import (
    access,
    access_each,
    assignments,
    attempts,
    audit,
    class_grid,
    clock,
    completion,
    review_records,
    reviews,
    shelf,
    standings,
    tries,
    work,
)
from practice.store import Store
from tests.people import Place, a_place, a_score, an_attempt
from tests.stand_ins import a_scenario

DAY = timedelta(days=1)
BIG = ("attempts", "scores", "transcripts", "audit_log", "attempt_log", "self_ratings", "reviews")


@pytest.fixture
def place(tmp_path: Path, at: datetime) -> Place:
    return a_place(Store(tmp_path), at)


def plans(store: Store, monkeypatch: pytest.MonkeyPatch, do: Callable[[], object]) -> list[str]:
    """What SQLite does for each query, as it says itself."""
    plain, found = store.rows, []

    def rows(sql: str, *args: Any) -> list[dict[str, Any]]:
        if sql.lstrip().startswith("SELECT"):
            found.extend(row["detail"] for row in plain(f"EXPLAIN QUERY PLAN {sql}", *args))
        return plain(sql, *args)

    monkeypatch.setattr(store, "rows", rows)
    do()
    monkeypatch.setattr(store, "rows", plain)
    return found


def test_nobodys_page_reads_everybodys_rows(
    place: Place, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, tom = place.store, place.tom.id
    an_attempt(place, place.tom, at)
    for do in (
        lambda: attempts.newest(store, tom, 50),
        lambda: attempts.unfinished(store),
        lambda: shelf.times_practised(store, tom),
        lambda: tries.of_person(store, tom),
        lambda: standings.load(store, tom),
        lambda: standings.session_of(store, tom, at),
        lambda: completion.of_people(store, [tom], ["one"], at, "collaboration"),
        lambda: completion.of_people(store, [tom], ["one"], at),
        lambda: audit.about(store, tom),
        lambda: audit.note(store, place.ines.id, "see_completion", at, owner=tom, subject="x"),
        lambda: reviews.queue(store, place.sunniva),
    ):
        said = plans(store, monkeypatch, do)
        scans = [one for one in said if any(f"SCAN {name}" in one for name in (*BIG, "a ", "s "))]
        assert said and not [one for one in scans if "SCAN s VIRTUAL" not in one], said


def an_assignment(place: Place, at: datetime, **goal: Any) -> assignments.Assignment:
    plan = assignments.Plan(
        title="Two of them",
        scenarios=(a_scenario().id, "another"),
        opens_at=at - DAY,
        due_at=at + DAY,
        goal=assignments.Goal(**goal),
    )
    return assignments.assign(
        *(place.store, place.ines, plan, at), known=plan.scenarios, cohort=place.cohort.id
    )


def test_what_somebody_tried_is_counted_with_the_newest_score_and_any_review(
    place: Place, at: datetime
) -> None:
    store, tom, una = place.store, place.tom, place.una
    first = an_attempt(place, tom, at, b"one")  # 2, 3, 1
    second = an_attempt(place, tom, at, b"two")
    an_attempt(place, una, at, b"three")
    early = attempts.start(store, person=tom.id, scenario=a_scenario(), at=at - 9 * DAY, typed="x")
    attempts.move(store, early, "scored", at, score=a_score(4.0, 4.0, 4.0))  # before it opened
    gone = attempts.start(store, person=tom.id, scenario=a_scenario(), at=at, recording=b"four")
    attempts.move(store, gone, "failed", at, reason="unreadable")
    newer = a_score(0.0, 1.0, 0.0).model_copy(update={"model_version": "v2"})
    with store.change() as db:  # a re-score: only the newest counts
        attempts.outcomes.keep_score(db, second.id, newer, at)
    review_records.begin(store, "r", first, tom, at)
    review = review_records.find(store, first.id)
    assert review is not None
    review_records.move(store, review, place.sunniva, "returned", [("returned", "")], at)

    people, scenarios = [tom.id, una.id], [a_scenario().id, "another"]
    found = completion.of_people(store, people, scenarios, at - DAY, "collaboration")
    assert found == {
        (tom.id, a_scenario().id): completion.Tried(n=2, reviewed=True, best=3.0),
        (una.id, a_scenario().id): completion.Tried(n=1, best=3.0),
    }
    # Without a goal no score is read.
    assert completion.of_people(store, [una.id], scenarios, at)[una.id, scenarios[0]].best is None


def test_the_class_grid_takes_as_many_queries_for_thirty_as_for_one_but_for_who_may(
    place: Place, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_attempt(place, place.tom, at)
    asked = an_assignment(place, at, kind="dimension", dimension="collaboration", level=3)
    (row,) = class_grid.rows(place.store, place.ines, asked, at)
    assert [one.word for one in row.standing] == ["done", "not started"]
    assert class_grid.csv_of(asked, [row]) == class_grid.as_csv(place.store, place.ines, asked, at)
    n_attempt_queries = [
        one
        for one in plans(
            place.store,
            monkeypatch,
            lambda: class_grid.rows(place.store, place.ines, asked, at),
        )
        if "attempts_by_scenario" in one
    ]
    assert len(n_attempt_queries) == 1


def test_looks_at_many_are_noted_once_each_in_one_change(place: Place, at: datetime) -> None:
    store, ines = place.store, place.ines

    def looks(person: str) -> list[bool]:
        return [one.allowed for one in audit.about(store, person) if one.action == "see_completion"]

    access_each.check_all(store, ines, "see_completion", [place.tom.id], at, subject="a")
    access_each.check_all(
        store, ines, "see_completion", [place.tom.id], at + DAY / 1000, subject="a"
    )
    assert looks(place.tom.id) == [True]
    with pytest.raises(access.AccessError):  # one who is not hers: refused, and both are noted
        both = [place.tom.id, place.una.id]
        access_each.check_all(store, ines, "see_completion", both, at + DAY, subject="a")
    assert looks(place.tom.id) == [True, True] and looks(place.una.id) == [False]


def test_trouble_that_may_pass_is_tried_again_and_other_trouble_waits_for_somebody(
    place: Place, at: datetime
) -> None:
    store = place.store
    soon, later = at + timedelta(seconds=30), at + timedelta(seconds=work.AGAIN_AFTER_S + 1)
    ids = []
    for n in range(2):
        one = attempts.start(
            store, person=place.tom.id, scenario=a_scenario(), at=at, recording=b"%d" % n
        )
        work.put(store, one, at)
        assert work.claim(store, one.id, "somebody", at)
        ids.append(one.id)
    work.end(store, ids[0], "no weights", at)
    work.end(store, ids[1], "it stopped the program")
    work.try_again(store, soon)
    assert work.free(store, soon) == []
    work.try_again(store, later)
    assert [one for one, _ in work.free(store, later)] == [ids[0]]
    assert work.n_tries(store, ids[0]) == 0  # missing weights never count as a stopped program
    assert work.n_tries(store, ids[1]) == 1
    work.end(store, ids[0], "no weights", at)
    work.free_all(store)  # a worker that starts tries at once
    assert [one for one, _ in work.free(store, at)] == [ids[0]]


def test_a_clock_is_believed_until_it_jumps_and_again_after_a_day(
    place: Place, at: datetime
) -> None:
    hour = timedelta(hours=1)
    assert clock.is_believed(place.store, at)
    assert clock.is_believed(place.store, at + hour)
    ahead = at + 100 * DAY
    assert not clock.is_believed(place.store, ahead)
    assert not clock.is_believed(place.store, at + 2 * hour)  # put right: that was a jump too
    assert not clock.is_believed(place.store, at + 25 * hour)
    assert clock.is_believed(place.store, at + 26 * hour)
