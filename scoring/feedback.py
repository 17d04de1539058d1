"""One thing to keep and one to change, by rule from what was found; nothing is ever made up.

What is kept is quoted in the trainee's own words. What is changed is the one move that this client,
at this moment, most needs and that was not there. In a rupture, hearing comes before changing.
"""

import re
from collections.abc import Mapping

from scenarios.models import BehaviourId, DimensionId, Scenario, WatchOutId
from scoring.dimensions import RUPTURE_LIKE
from scoring.heads import LabelHead
from scoring.models import Detected, DimensionScore
from scoring.rubric import BEHAVIOURS, WATCH_OUTS

QUOTED_WORDS = 18  # of a reply, at the most: enough to recognise the moment
LINE_WORDS = 12  # of the client's line
LONG_REPLY_WORDS = 160  # about 70 seconds of talk at 140 words a minute

# The order in which watch-outs are taken up: what harms most first.
GRAVEST: tuple[WatchOutId, ...] = (
    "blames",
    "pressures",
    "directs",
    "dismisses",
    "gives_up",
    "says_homework",
)
# Hearing before changing. Source: Ryum & Kazantzis (2024), doi:10.32872/cpe.12607, on ruptures.
HEARING_FIRST: tuple[BehaviourId, ...] = (
    "reflection",
    "owns_part",
    "invites_feedback",
    "explores_barrier",
    "open_question",
    "normalises",
)
# Below this share of its threshold a behaviour is plainly absent; above it the machine is unsure.
PLAINLY_ABSENT = 0.6


def keep(
    scenario: Scenario, behaviours: Mapping[BehaviourId, Detected]
) -> tuple[BehaviourId, str] | None:
    """Returns which behaviour to keep, with a sentence that quotes it; ``None`` if none was there.

    What the scenario expects comes first, then what the machine is surest of.
    """
    there = [name for name, seen in behaviours.items() if seen.present and seen.evidence]
    if not there:
        return None
    best = max(there, key=lambda name: (name in scenario.expects, behaviours[name].probability))
    words = quote(behaviours[best].evidence[0].text)
    return best, f"“{words}” {_filled(BEHAVIOURS[best].keep, scenario)}. Keep that."


def change(
    scenario: Scenario,
    scores: Mapping[DimensionId, DimensionScore],
    behaviours: Mapping[BehaviourId, Detected],
    watch_outs: Mapping[WatchOutId, Detected],
    heads: Mapping[BehaviourId | WatchOutId, LabelHead],
    n_words: int,
) -> str:
    """Returns the one thing to try next, in a sentence or two about this client."""
    for watch_out in GRAVEST:
        seen = watch_outs[watch_out]
        if seen.present and seen.evidence:
            move = _filled(WATCH_OUTS[watch_out].next_move, scenario)
            said = quote(seen.evidence[0].text)
            stop = "" if said[-1] in ".?!…" else "."
            return f"You said “{said}”{stop} {WATCH_OUTS[watch_out].advice} Next time, {move}."
    absent = [name for name, seen in behaviours.items() if not seen.present]
    wanted = _most_wanted(scenario, scores, absent)
    unsure = {
        name
        for name in wanted
        if behaviours[name].probability > PLAINLY_ABSENT * heads[name].threshold
    }
    for name in wanted:
        if name not in unsure:
            about = BEHAVIOURS[name]
            move, why = _filled(about.next_move, scenario), _filled(about.keep, scenario)
            return f"Next time, {move}. That {why}."
    for name in wanted:
        move = _filled(BEHAVIOURS[name].next_move, scenario)
        return f"I could not tell whether you did this, so you be the judge: {move}."
    if n_words > LONG_REPLY_WORDS:
        return (
            f"All that {scenario.client.name} needs was there. Next time, say it in half as many"
            f" words and leave the rest of the time to {scenario.client.name}."
        )
    return (
        f"All that {scenario.client.name} needs was there. Try the same moment once more in other"
        " words, or take on a harder client."
    )


def _most_wanted(
    scenario: Scenario, scores: Mapping[DimensionId, DimensionScore], absent: list[BehaviourId]
) -> list[BehaviourId]:
    """The expected behaviours that were absent, the one that would help most first."""
    weights = scenario.focus.model_dump()
    expected = [name for name in scenario.expects if name in absent]
    if scenario.challenge in RUPTURE_LIKE:
        hearing = [name for name in HEARING_FIRST if name in expected]
        return hearing + [name for name in expected if name not in hearing]

    def room(name: BehaviourId) -> float:
        dimension = BEHAVIOURS[name].dimension
        return float(weights[dimension] * (4.0 - (scores[dimension].score or 0.0)))

    return sorted(expected, key=lambda name: -room(name))


def quote(text: str) -> str:
    """Returns words exactly as they were said, cut short with an ellipsis if there are many."""
    said = text.strip().split()
    if len(said) <= QUOTED_WORDS:
        return text.strip()
    return re.sub(r"[,;:—–]+$", "", " ".join(said[:QUOTED_WORDS])) + "…"


def _line(scenario: Scenario) -> str:
    """The client's words by which the trainee will know the moment."""
    sentences = re.findall(r"[^.!?…]+[.!?…]*", scenario.clip.transcript)
    full = [one.strip() for one in sentences if len(one.split()) >= 4] or [scenario.clip.transcript]
    said = full[0].split()
    return " ".join(said[:LINE_WORDS]).rstrip(".,;") + ("…" if len(said) > LINE_WORDS else "")


def _filled(template: str, scenario: Scenario) -> str:
    return template.format(
        name=scenario.client.name,
        goal=scenario.goal,
        takeaway=scenario.takeaway,
        activity=scenario.activity,
        line=_line(scenario),
    )
