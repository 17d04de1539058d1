"""The goal of a second try is one move in about 25 words; the rest of the advice is why."""

import pytest

from scenarios.load import load_library
from scenarios.models import Scenario
from scoring import feedback
from scoring.moves import MOVES
from ui import goal

LIBRARY = load_library()


def test_the_move_is_the_goal_and_the_rest_is_why() -> None:
    said = (
        "You said “You must. Next time, try harder”. This may feel like pressure. Ada has just said"
        " no. Next time, in its place, ask Ada what would feel worth trying."
    )
    assert goal.of_change(said) == (
        "This time, ask Ada what would feel worth trying.",
        "You said “You must. Next time, try harder”. This may feel like pressure. Ada has just said"
        " no.",
    )


def test_where_the_machine_is_unsure_the_goal_is_what_it_asks_about() -> None:
    said = (
        "The machine is not sure of one thing, so you be the judge: did you ask Ada one question"
        " and wait? If not, that is one to try. Ada has just said no."
    )
    assert goal.of_change(said) == ("This time, ask Ada one question and wait.", said)


def test_with_nothing_missing_the_goal_is_the_last_sentence() -> None:
    said = (
        "The aim here was to listen, and what Ada needed for that was there. Try the same moment"
        " once more in other words, or go on to a harder client."
    )
    assert goal.of_change(said) == (
        "Try the same moment once more in other words, or go on to a harder client.",
        "The aim here was to listen, and what Ada needed for that was there.",
    )


def test_a_goal_that_is_too_long_gives_up_its_quotations_first() -> None:
    long = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
    said = f"Next time, after “{long}”, ask Ada what a half, or a tenth, of this would look like."
    assert goal.of_change(said) == (
        "This time, ask Ada what a half, or a tenth, of this would look like.",
        said,  # why is then the whole of it: no word is lost
    )
    said = f"Next time, say back in your own words everything that you heard Ada say in “{long}”."
    assert goal.of_change(said)[0] == (
        "This time, say back in your own words everything that you heard Ada say in"
        " “one two three four five…”."
    )


def test_a_goal_still_too_long_gives_up_the_detail_after_its_colon() -> None:
    said = (
        "Next time, offer Ada a real choice: catching the thought that comes before she puts a"
        " letter in the drawer at the end of a day, something else, or nothing for now."
    )
    assert goal.of_change(said) == ("This time, offer Ada a real choice.", said)


def test_a_quotation_never_closed_hides_no_goal() -> None:
    said = "You said “Do it. It is one of several. Next time, ask Ada first."
    assert goal.of_change(said) == (
        "This time, ask Ada first.",
        "You said “Do it. It is one of several.",
    )


@pytest.mark.parametrize("scenario", LIBRARY.values(), ids=LIBRARY)
def test_every_move_with_every_client_fits_in_mind(scenario: Scenario) -> None:
    for move in MOVES.values():
        said = f"Next time, {feedback._filled(move, scenario)}. {feedback._need(scenario)}"
        aim, why = goal.of_change(said)
        assert aim.startswith("This time, ") and aim[-1] in ".…”?!"
        assert 4 <= len(aim.split()) <= goal.MOST_WORDS
        assert feedback._need(scenario) in why
