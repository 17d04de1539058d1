"""The shipped vignettes: the clients' words stay as written, and every example is worth reading."""

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest

from scenarios.load import check, load_library, load_sets
from scenarios.models import Approach, Challenge, Phase, Scenario, Stance

GOLDEN = Path(__file__).parent / "golden" / "client_lines.json"
LIBRARY = load_library()
SETS = load_sets(LIBRARY)
CORE = json.loads(GOLDEN.read_text("utf-8"))
each = pytest.mark.parametrize("one", LIBRARY.values(), ids=LIBRARY)

# Which dimension a behaviour counts in: the rubric's table of behaviours.
COUNTS_IN = {
    "rationale": {"goal_link", "session_link", "how_it_helps", "learning_frame", "checks_fit"},
    "collaboration": {
        "open_question",
        "reflection",
        "client_ideas",
        "choice",
        "invites_feedback",
    },
    "obstacles": {
        "explores_barrier",
        "normalises",
        "right_sizes",
        "specifics",
        "coping_plan",
        "owns_part",
    },
}
# Shop talk and American spelling that a client in Britain should not hear.
NOT_SAID = re.compile(
    r"\b(rationale|collaborat\w+|reflect(?:ion|ing)|intervention|compliance|alliance|rupture|"
    r"schema|cognition\w*|formulation|normali[sz]\w+|behavior\w*|realize\w*|gotten|mom)\b",
    re.IGNORECASE,
)


def words(text: str) -> int:
    return len(text.split())


def test_the_shipped_library_and_sets_have_no_problems() -> None:
    assert check() == []


def test_the_24_core_clients_say_exactly_what_was_written_for_them() -> None:
    assert len(CORE) == 24
    assert {name: LIBRARY[name].clip.transcript for name in CORE} == CORE


@each
def test_a_vignette_is_heard_in_the_clip_of_its_own_id(one: Scenario) -> None:
    assert one.clip.id == one.id


@each
def test_there_are_two_strong_examples_and_one_weak_in_that_order(one: Scenario) -> None:
    assert [example.level for example in one.examples] == ["strong", "strong", "weak"]


@each
def test_strong_examples_are_40_to_90_words_and_the_weak_one_is_a_whole_reply(
    one: Scenario,
) -> None:
    first, second, weak = (words(example.text) for example in one.examples)
    assert 40 <= first <= 90
    assert 40 <= second <= 90
    assert 25 <= weak <= 90  # 25: the shortest reply that the rubric has in mind


@each
def test_nobody_strong_says_homework_or_shop_talk_to_the_client(one: Scenario) -> None:
    for example in one.examples[:2]:
        assert "homework" not in example.text.lower()
        assert NOT_SAID.findall(example.text) == []


@each
def test_a_weak_example_says_homework_only_where_the_word_is_what_tempts(one: Scenario) -> None:
    if "homework" in one.examples[2].text.lower():
        assert "says_homework" in one.avoid


@each
def test_the_two_strong_examples_begin_differently_and_say_why_in_a_sentence_or_two(
    one: Scenario,
) -> None:
    first, second, _ = one.examples
    assert first.text.split()[:3] != second.text.split()[:3]
    for example in one.examples:
        assert 6 <= words(example.why) <= 40
        assert example.why.endswith(".")


@each
def test_two_to_four_behaviours_are_expected_each_once_and_each_in_a_weighted_dimension(
    one: Scenario,
) -> None:
    assert 2 <= len(set(one.expects)) == len(one.expects) <= 4
    weights = one.focus.model_dump()
    unweighted = [COUNTS_IN[dimension] for dimension, weight in weights.items() if weight == 0]
    assert set(one.expects) & set().union(*unweighted) == set()


@each
def test_one_to_three_watch_outs_are_named_each_once(one: Scenario) -> None:
    assert 1 <= len(set(one.avoid)) == len(one.avoid) <= 3


@each
def test_both_papers_that_define_the_skill_are_cited(one: Scenario) -> None:
    assert {"doi:10.32872/cpe.12607", "doi:10.1375/bech.27.3.119"} <= set(one.sources)


def test_in_a_rupture_the_reason_is_not_the_task_and_hearing_is() -> None:
    ruptures = [one for one in LIBRARY.values() if one.challenge == "nonengagement_rupture"]
    assert ruptures
    for one in ruptures:
        assert one.focus.rationale <= 1, one.id
        assert one.focus.collaboration == 3, one.id


def test_first_steps_holds_beginners_only_and_every_challenge_has_a_set() -> None:
    assert {LIBRARY[name].difficulty for name in SETS["first-steps"].scenarios} == {"beginner"}
    in_sets = {LIBRARY[name].challenge for one in SETS.values() for name in one.scenarios}
    assert in_sets == {one.challenge for one in LIBRARY.values()}


def test_the_sets_about_one_challenge_hold_all_its_core_vignettes() -> None:
    for set_id, challenge in [
        ("refusal", "refusal"),
        ("ruptures", "nonengagement_rupture"),
        ("too-challenging", "too_challenging"),
    ]:
        core = {name for name in CORE if LIBRARY[name].challenge == challenge}
        assert core <= set(SETS[set_id].scenarios)


def test_a_mixed_set_never_has_the_same_challenge_twice_in_a_row() -> None:
    row = [LIBRARY[name].challenge for name in SETS["mixed-review"].scenarios]
    assert len(row) >= 6
    assert all(first != then for first, then in pairwise(row))


def test_the_two_halves_of_the_course_test_are_parallel_client_by_client() -> None:
    before, after = SETS["pre-test"].scenarios, SETS["post-test"].scenarios
    assert len(before) == len(after) == 6
    assert not set(before) & set(after)
    for first, second in zip(before, after, strict=True):
        one, other = LIBRARY[first], LIBRARY[second]
        assert (one.family, one.difficulty) == (other.family, other.difficulty)


def test_every_family_has_a_parallel_form_and_every_challenge_a_place_in_the_grid() -> None:
    families = [one.family for one in LIBRARY.values()]
    assert {
        family: families.count(family) for family in families if families.count(family) < 2
    } == {}
    assert {one.challenge for one in LIBRARY.values()} == set(get_args(Challenge))
    assert {one.phase for one in LIBRARY.values()} == set(get_args(Phase))
    assert {one.approach for one in LIBRARY.values()} == set(get_args(Approach))


def test_at_least_twelve_clients_answer_back_in_three_ways() -> None:
    two_turns = [one for one in LIBRARY.values() if one.follow_ups]
    assert len(two_turns) >= 12
    for one in two_turns:
        assert {line.stance for line in one.follow_ups} == set(get_args(Stance)), one.id
