"""Feedback over the labelled corpus: quotes only what was said, advises only what was missing."""

import re
from functools import cache
from typing import get_args

import pytest

from scenarios.load import load_library
from scenarios.models import BehaviourId, DimensionId, Scenario, WatchOutId
from scoring import feedback
from scoring.dimensions import RUPTURE_LIKE
from scoring.heads import LabelHead
from scoring.labelled import LabelledReply, load_corpus
from scoring.models import Detected, DimensionScore, Evidence
from scoring.moves import HALVES, INSTEAD, MOVES, NEEDS
from scoring.rubric import BEHAVIOURS, WATCH_OUTS
from tests.stand_ins import a_scenario

LIBRARY = load_library()
CORPUS = [one for one in load_corpus() if one.scenario in LIBRARY]
HEADS = {
    name: LabelHead(weights=(1.0, 0.0, 0.0), bias=0.0, threshold=0.5)
    for name in (*BEHAVIOURS, *WATCH_OUTS)
}
Found = dict[BehaviourId | WatchOutId, Detected]


def found_in(reply: LabelledReply) -> Found:
    """What the labeller found, as the scorer would hand it over."""
    evidence: dict[str, list[Evidence]] = {}
    at = 0
    for segment in reply.segments:
        start = reply.text.index(segment.text, at)
        at = start + len(segment.text)
        for label in segment.labels:
            evidence.setdefault(label, []).append(Evidence(text=segment.text, start=start, end=at))
    return {name: seen(*evidence.get(name, ())) for name in (*BEHAVIOURS, *WATCH_OUTS)}


def seen(*evidence: Evidence, probability: float | None = None) -> Detected:
    likely = float(bool(evidence)) if probability is None else probability
    return Detected(present=bool(evidence), probability=likely, evidence=evidence)


def change(scenario: Scenario, found: Found, n_words: int = 60, score: float = 2.0) -> str:
    value = DimensionScore(score=score, low=score, high=score)
    return feedback.change(
        scenario,
        dict.fromkeys(get_args(DimensionId), value),
        {name: found[name] for name in BEHAVIOURS},
        {name: found[name] for name in WATCH_OUTS},
        HEADS,
        n_words,
    )


@cache
def advice(number: int) -> str:
    reply = CORPUS[number]
    return change(LIBRARY[reply.scenario], found_in(reply), len(reply.text.split()))


def quotes(text: str) -> list[str]:
    return [found.rstrip("…") for found in re.findall(r"“([^”]*)”", text)]


def squeezed(text: str) -> str:
    return re.sub(r"\W+", " ", text.lower())


def nothing() -> Found:
    return {name: seen() for name in (*BEHAVIOURS, *WATCH_OUTS)}


def said(text: str, start: int = 0) -> Detected:
    return seen(Evidence(text=text, start=start, end=start + len(text)))


def test_nothing_is_quoted_that_neither_the_trainee_nor_the_client_said() -> None:
    n_quoted = 0
    ours = squeezed(" ".join(one.advice + one.next_move for one in WATCH_OUTS.values()))
    for number, reply in enumerate(CORPUS):
        scenario = LIBRARY[reply.scenario]
        known = squeezed(reply.text) + "|" + squeezed(scenario.clip.transcript) + "|" + ours
        known += "|" + squeezed(" ".join((scenario.learning_goal, scenario.activity)))
        kept = feedback.keep(scenario, {name: found_in(reply)[name] for name in BEHAVIOURS})
        for quoted in quotes(advice(number)) + quotes(kept[1] if kept else ""):
            n_quoted += 1
            assert squeezed(quoted).strip() in known, (reply.id, quoted)
    assert n_quoted > len(CORPUS)


def test_a_behaviour_that_is_there_is_never_advised() -> None:
    for number, reply in enumerate(CORPUS):
        scenario, found = LIBRARY[reply.scenario], found_in(reply)
        for name in BEHAVIOURS:
            move = feedback._filled(MOVES[name], scenario)
            if found[name].present:
                assert move not in advice(number), (reply.id, name)


def test_most_advice_offers_a_move_of_the_vignettes_own() -> None:
    n_concrete = sum(
        any(
            feedback._filled(move, LIBRARY[reply.scenario]) in advice(number)
            for move in MOVES.values()
        )
        for number, reply in enumerate(CORPUS)
    )
    assert n_concrete >= 0.6 * len(CORPUS)


@pytest.mark.parametrize("name", list(MOVES))
def test_the_same_gap_gets_different_words_in_every_vignette(name: BehaviourId) -> None:
    found = nothing()
    told = {change(one.model_copy(update={"expects": (name,)}), found) for one in LIBRARY.values()}
    assert len(told) == len(LIBRARY)


def test_every_kind_of_challenge_says_why_it_matters() -> None:
    for one in LIBRARY.values():
        need = NEEDS[one.challenge].format(name=one.client.name)
        assert need[1:] in change(one, nothing()), one.id


def test_in_a_rupture_a_step_offered_before_hearing_is_named() -> None:
    for one in LIBRARY.values():
        if one.challenge in RUPTURE_LIKE:
            found = nothing()
            found["right_sizes"] = said("What about five minutes?")
            found["reflection"] = said("You sat there feeling stupid.", start=40)
            told = change(one, found)
            assert "“What about five minutes?” came before" in told
            assert "let “You sat there feeling stupid” come first" in told


def test_in_a_rupture_hearing_first_is_not_held_against_the_step() -> None:
    scenario = LIBRARY["rupture-angry"]
    found = nothing()
    found["reflection"] = said("You sat there feeling stupid.")
    found["right_sizes"] = said("What about five minutes?", start=40)
    assert "came before" not in change(scenario, found)


def test_outside_a_rupture_order_is_left_alone() -> None:
    found = nothing()
    found["right_sizes"] = said("What about two lines?")
    found["reflection"] = said("Writing is not you.", start=40)
    assert "came before" not in change(a_scenario(), found)


def test_where_a_better_move_was_also_there_it_is_left_to_stand() -> None:
    found = nothing()
    found["pressures"] = said("But you really have to try.")
    found["reflection"] = said("Writing feels like school.", start=40)
    told = change(a_scenario(), found)
    assert "You said “But you really have to try”. This may feel like pressure: " in told
    assert "let “Writing feels like school” do the work" in told


@pytest.mark.parametrize("name", list(INSTEAD))
def test_a_watch_out_gets_its_cost_its_reason_and_another_way(name: WatchOutId) -> None:
    found = nothing()
    found[name] = said("Whatever was said.")
    told = change(a_scenario(), found)
    move = feedback._filled(MOVES[INSTEAD[name]], a_scenario())
    assert told.startswith(f"You said “Whatever was said”. {WATCH_OUTS[name].name}: ")
    assert "Ada has just said no" in told
    assert told.endswith(f"Next time, in its place, {move}.")


@pytest.mark.parametrize("name", list(INSTEAD))
def test_words_that_hear_and_spoil_it_at_once_are_told_apart(name: WatchOutId) -> None:
    words = said("I hear you, and it will all be fine.")
    found = nothing() | {name: words, INSTEAD[name]: words}
    scenario = a_scenario()
    half = HALVES[name].format(name=scenario.client.name, activity=scenario.activity)
    assert change(scenario, found).endswith(f"Next time, {half}.")


def test_homework_said_where_it_is_not_the_trouble_waits_for_what_is() -> None:
    found = nothing()
    found["says_homework"] = said("homework")
    assert "homework" not in change(a_scenario(), found)
    wary = a_scenario().model_copy(update={"avoid": ("says_homework",)})
    assert "You said “homework”." in change(wary, found)


def test_a_missing_first_step_is_placed_before_what_was_said_first() -> None:
    found = nothing()
    found["how_it_helps"] = said("It shows us what lifts your mood.", start=5)
    told = change(a_scenario(), found)
    assert "Next time, before “It shows us what lifts your mood”, say back" in told


def test_what_the_machine_is_unsure_of_is_left_to_the_trainee() -> None:
    found = nothing()
    for name in a_scenario().expects:
        found[name] = seen(probability=0.4)  # above 0.6 of the threshold of 0.5, below all of it
    assert "you be the judge" in change(a_scenario(), found)


def test_a_long_complete_reply_is_asked_to_be_shorter() -> None:
    found = nothing()
    for name in a_scenario().expects:
        found[name] = said("Something.")
    assert "half as many words" in change(a_scenario(), found, n_words=161)
    assert "harder client" in change(a_scenario(), found, n_words=160)


def test_keep_names_what_the_client_most_needed_and_nothing_if_nothing_was_there() -> None:
    found = nothing()
    behaviours = {name: found[name] for name in BEHAVIOURS}
    assert feedback.keep(a_scenario(), behaviours) is None
    behaviours["specifics"] = said("Say Wednesday?")
    behaviours["choice"] = said("Or we leave it.", start=20)
    assert feedback.keep(a_scenario(), behaviours) == (
        "choice",
        "“Or we leave it” leaves Ada really free to say no. Keep that.",
    )


def test_words_with_something_to_watch_in_them_are_never_what_is_kept() -> None:
    behaviours = {name: nothing()[name] for name in BEHAVIOURS}
    watched = {name: nothing()[name] for name in WATCH_OUTS}
    behaviours["specifics"] = said("You will do it on Wednesday.")
    watched["directs"] = said("You will do it on Wednesday.")
    assert feedback.keep(a_scenario(), behaviours, watched) is None
    behaviours["reflection"] = said("Writing feels like school.", start=40)
    kept = feedback.keep(a_scenario(), behaviours, watched)
    assert kept is not None
    assert kept[0] == "reflection"


def test_where_the_activity_was_dropped_changing_the_subject_is_not_kept() -> None:
    behaviours = {name: nothing()[name] for name in BEHAVIOURS}
    watched = {name: nothing()[name] for name in WATCH_OUTS}
    behaviours["open_question"] = said("How was your weekend?", start=40)
    assert feedback.keep(a_scenario(), behaviours, watched) is not None
    watched["gives_up"] = said("We won't do that then.")
    assert feedback.keep(a_scenario(), behaviours, watched) is None


def test_a_quotation_leaves_out_a_first_um_and_a_last_full_stop() -> None:
    assert feedback.quote("Um, er, maybe a smaller one.") == "maybe a smaller one"
    assert feedback.quote("What if you did it badly,") == "What if you did it badly"
    assert feedback.quote("I just...") == "I just..."
    assert feedback.quote("Um.") == "Um"
    assert feedback.quote("Umbrellas, then?") == "Umbrellas, then?"


def test_a_long_quotation_is_cut_with_an_ellipsis() -> None:
    assert feedback.quote(" ".join(["word"] * 18)) == " ".join(["word"] * 18)
    assert feedback.quote(" ".join(["word,"] * 19)) == " ".join(["word,"] * 17) + " word…"
