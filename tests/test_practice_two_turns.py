"""Two turns: each branch of a scenario is heard as its file says, and each reply keeps its line."""

from datetime import datetime
from pathlib import Path

import pytest

from clips.manifest import load_manifest
from practice import attempts, shelf, two_turns
from practice.attempts import Attempt
from practice.store import Store
from scenarios.follow_up import follow_up
from scenarios.load import load_library
from scenarios.models import ClipReference, FollowUp, Scenario
from scoring.models import Detected, Score
from tests.stand_ins import a_scenario
from tests.test_practice_attempts import scored


def says(stance: str, line: str, **conditions: tuple[str, ...]) -> FollowUp:
    clip = ClipReference(id=f"diary-{stance.replace('_', '-')}", transcript=line, tone="…")
    return FollowUp.model_validate({"stance": stance, "clip": clip, **conditions})


TWO_TURNS = Scenario.model_validate(
    {
        **a_scenario().model_dump(),
        "follow_ups": [
            says("pushes_harder", "You too, then.", when_any=("pressures", "directs")),
            says("opens", "It's the handwriting.", when_all=("reflection",), when_any=("choice",)),
            says("holds_back", "I don't know."),
        ],
    }
)


@pytest.fixture
def store(tmp_path: Path, at: datetime) -> Store:
    opened = Store(tmp_path)
    attempts.add_person(opened, "me", "You", at)
    return opened


def showing(*names: str) -> Score:
    """A score in which these behaviours and watch-outs, and no others, were found."""
    ids = {"behaviours": ("reflection", "choice"), "watch_outs": ("pressures", "directs")}
    found = {
        part: {one: Detected(present=one in names, probability=0.5) for one in known}
        for part, known in ids.items()
    }
    return Score.model_validate({**scored().model_dump(), **found})


def answered(
    store: Store,
    at: datetime,
    score: Score,
    scenario: Scenario = TWO_TURNS,
    after: str | None = None,
) -> Attempt:
    begun = attempts.start(
        store, person="me", scenario=scenario, at=at, typed="Right then.", after=after
    )
    return attempts.move(store, begun, score.status, at, score=score)


@pytest.mark.parametrize(
    ("shown", "line"),
    [
        (("pressures",), "You too, then."),
        (("directs", "reflection", "choice"), "You too, then."),  # the first that fits wins
        (("reflection", "choice"), "It's the handwriting."),
        (("reflection",), "I don't know."),  # all of when_all, none of when_any
        (("choice",), "I don't know."),  # one of when_any, not all of when_all
        ((), "I don't know."),
    ],
)
def test_the_client_goes_on_as_the_reply_deserves(
    store: Store, at: datetime, shown: tuple[str, ...], line: str
) -> None:
    heard = two_turns.next_turn(store, answered(store, at, showing(*shown)))
    assert heard is not None
    assert (heard.clip.transcript, heard.follow_ups) == (line, ())
    assert (heard.id, heard.focus) == (TWO_TURNS.id, TWO_TURNS.focus)


def test_a_scenario_of_one_turn_ends_after_it(store: Store, at: datetime) -> None:
    assert two_turns.next_turn(store, answered(store, at, showing(), a_scenario())) is None


def test_without_a_score_there_is_nothing_to_go_on(store: Store, at: datetime) -> None:
    unfinished = attempts.start(store, person="me", scenario=TWO_TURNS, at=at, typed="Right.")
    unscored = showing().model_copy(update={"status": "unscored", "reason": "too_short"})
    assert two_turns.next_turn(store, unfinished) is None
    assert two_turns.next_turn(store, answered(store, at, unscored)) is None


def test_the_second_reply_keeps_the_line_it_answered_and_the_reply_it_follows(
    store: Store, at: datetime
) -> None:
    first = answered(store, at, showing("pressures"))
    heard = two_turns.next_turn(store, first)
    assert heard is not None
    second = answered(store, at, showing("reflection"), heard, after=first.id)
    assert attempts.get(store, second.id).after == first.id
    assert attempts.scenario_answered(store, second).clip.transcript == "You too, then."
    assert attempts.scenario_answered(store, first) == TWO_TURNS
    assert second.scenario_version != first.scenario_version


def test_there_is_no_third_turn(store: Store, at: datetime) -> None:
    first = answered(store, at, showing())
    second = answered(store, at, showing(), TWO_TURNS, after=first.id)  # even if lines were left
    assert two_turns.next_turn(store, second) is None


def test_a_second_turn_is_not_counted_as_another_time_of_practice(
    store: Store, at: datetime
) -> None:
    attempts.add_person(store, "you", "Y", at)
    first = answered(store, at, showing())
    answered(store, at, showing(), after=first.id)
    attempts.start(store, person="you", scenario=TWO_TURNS, at=at, typed="Hello.")
    assert shelf.times_practised(store, "me") == {TWO_TURNS.id: 1}
    assert shelf.times_practised(store) == {TWO_TURNS.id: 2}


def meeting(scenario: Scenario, n: int) -> list[set[str]]:
    """What a reply may show so that it meets just the conditions of the scenario's nth line."""
    chosen = scenario.follow_ups[n]
    ways = [{*chosen.when_all, one} for one in chosen.when_any] or [set(chosen.when_all)]
    earlier = scenario.follow_ups[:n]
    return [
        way
        for way in ways
        if not any(
            set(one.when_all) <= way and (not one.when_any or way & set(one.when_any))
            for one in earlier
        )
    ]


BRANCHES = [
    pytest.param(one, n, id=f"{one.id}-{line.stance}")
    for one in load_library().values()
    for n, line in enumerate(one.follow_ups)
]


def test_at_least_twelve_shipped_clients_answer_back_in_two_or_three_ways() -> None:
    ways = [len(one.follow_ups) for one in load_library().values() if one.follow_ups]
    assert len(ways) >= 12 and set(ways) <= {2, 3}


@pytest.mark.parametrize(("scenario", "n"), BRANCHES)
def test_every_line_of_every_shipped_client_is_heard_by_some_reply(
    scenario: Scenario, n: int
) -> None:
    ways = meeting(scenario, n)
    assert ways, "whatever meets this line's conditions meets an earlier line's"
    heard = [follow_up(scenario, way) for way in ways]
    assert {one.clip.id for one in heard if one is not None} == {scenario.follow_ups[n].clip.id}
    assert scenario.follow_ups[n].clip.id in load_manifest()
