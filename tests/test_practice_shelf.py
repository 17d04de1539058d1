"""Looking through the library: each filter asks for one thing, and all of them are met at once."""

from typing import Any

import pytest

from practice.shelf import Wanted, length_of, matching
from scenarios.models import Client, Scenario
from tests.stand_ins import a_scenario
from tests.test_practice_two_turns import TWO_TURNS


def one(name: str, **changes: Any) -> Scenario:
    client = Client(
        name=name.capitalize(), age=30, pronouns="they/them", presenting_problem="panic"
    )
    return a_scenario().model_copy(update={"id": name, "client": client, **changes})


LIBRARY = [
    one("zoe", difficulty="advanced"),
    one("ada"),
    one("ben", challenge="hopelessness", phase="review", approach="psychodynamic"),
    one("two", difficulty="intermediate", follow_ups=TWO_TURNS.follow_ups),
]
DURATIONS_S = {"zoe": 8.0, "ada": 10.0, "ben": 20.0}


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Wanted(), ["ada", "two", "zoe", "ben"]),  # refusal before hopelessness, easiest first
        (Wanted(challenges=frozenset({"hopelessness"})), ["ben"]),
        (Wanted(phases=frozenset({"review", "planning"})), ["ben"]),
        (Wanted(difficulties=frozenset({"beginner", "advanced"})), ["ada", "zoe", "ben"]),
        (Wanted(approaches=frozenset({"psychodynamic"})), ["ben"]),
        (Wanted(lengths=frozenset({"short", "long"})), ["zoe", "ben"]),
        (Wanted(two_turns=True), ["two"]),
        (Wanted(words="PANIC swim"), ["ada", "two", "zoe", "ben"]),  # in the problem, in the goal
        (Wanted(words="zoe panic"), ["zoe"]),
        (Wanted(words="writing"), []),  # only in the client's line, which is to be heard first
        (Wanted(words="zoe", phases=frozenset({"review"})), []),
    ],
)
def test_only_what_fits_is_shown(wanted: Wanted, names: list[str]) -> None:
    assert [found.id for found in matching(LIBRARY, DURATIONS_S, wanted)] == names


@pytest.mark.parametrize(
    ("duration_s", "name"), [(9.9, "short"), (10.0, "middling"), (16.0, "middling"), (16.1, "long")]
)
def test_a_length_has_a_name(duration_s: float, name: str) -> None:
    assert length_of(duration_s) == name
