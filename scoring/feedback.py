"""One thing to keep and one to change, by rule from what was found; nothing is ever made up.

What is kept is quoted in the trainee's own words. What is changed names the moment, says why it
matters for this client, and gives the one move that is most needed there and was not made. In a
rupture hearing comes before changing, also in the order of what was said.
"""

import re
from collections.abc import Iterable, Mapping

from scenarios.models import BehaviourId, DimensionId, Scenario, WatchOutId
from scoring.dimensions import RUPTURE_LIKE
from scoring.heads import LabelHead
from scoring.models import Detected, DimensionScore, Evidence
from scoring.moves import FOLLOWS, HALVES, INSTEAD, MOVES, NEEDS
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
CHANGING: tuple[BehaviourId, ...] = (
    "right_sizes",
    "specifics",
    "coping_plan",
    "how_it_helps",
    "goal_link",
    "learning_frame",
)
# Where the activity was dropped, a choice or a question about something else is no strength.
EMPTY_IF_GIVEN_UP: tuple[BehaviourId, ...] = ("choice", "open_question")
# Below this share of its threshold a behaviour is plainly absent; above it the machine is unsure.
PLAINLY_ABSENT = 0.6


def keep(
    scenario: Scenario,
    behaviours: Mapping[BehaviourId, Detected],
    watch_outs: Mapping[WatchOutId, Detected] | None = None,
) -> tuple[BehaviourId, str] | None:
    """Returns which behaviour to keep, with a sentence that quotes it; ``None`` if none was there.

    What the scenario expects comes first, then what the machine is surest of. Words in which there
    is also something to watch are never what is kept: nobody can both keep and change them.
    """
    watched = [one for one in (watch_outs or {}).values() if one.present]
    doubtful = [words for one in watched for words in one.evidence]
    gave_up = watch_outs is not None and watch_outs["gives_up"].present
    there = {
        name: sound
        for name, seen in behaviours.items()
        if seen.present and not (gave_up and name in EMPTY_IF_GIVEN_UP)
        for sound in [[one for one in seen.evidence if not _overlaps(one, doubtful)]]
        if sound
    }
    if not there:
        return None
    best = max(there, key=lambda name: (name in scenario.expects, behaviours[name].probability))
    words = quote(there[best][0].text)
    return best, f"“{words}” {_filled(BEHAVIOURS[best].keep, scenario)}. Keep that."


def _overlaps(words: Evidence, others: Iterable[Evidence]) -> bool:
    return any(words.start < one.end and one.start < words.end for one in others)


def change(
    scenario: Scenario,
    scores: Mapping[DimensionId, DimensionScore],
    behaviours: Mapping[BehaviourId, Detected],
    watch_outs: Mapping[WatchOutId, Detected],
    heads: Mapping[BehaviourId | WatchOutId, LabelHead],
    n_words: int,
) -> str:
    """Returns the one thing to try next, in two or three sentences about this client.

    A watch-out comes first; then, in a rupture, changing before hearing; then the expected move
    that is plainly missing; then the word "homework" where nothing worse is wrong; then what the
    machine is unsure of, which is handed to the trainee to judge.
    """
    slip_of_tongue = None
    for name in GRAVEST:
        seen = watch_outs[name]
        if seen.present and seen.evidence:
            said = _watch_out(scenario, name, seen.evidence[0], behaviours)
            if name != "says_homework" or name in scenario.avoid:
                return said
            slip_of_tongue = said
    absent = [name for name, seen in behaviours.items() if not seen.present]
    wanted = _most_wanted(scenario, scores, absent)
    plain = [
        name
        for name in wanted
        if behaviours[name].probability <= PLAINLY_ABSENT * heads[name].threshold
    ]
    too_soon = _changed_too_soon(scenario, behaviours, plain)
    if too_soon is not None:
        return too_soon
    if plain:
        moment, move = _moment(plain[0], behaviours), _filled(MOVES[plain[0]], scenario)
        return f"Next time, {moment}{move}. {_need(scenario)}"
    if slip_of_tongue is not None:
        return slip_of_tongue
    if wanted:
        move = _filled(MOVES[wanted[0]], scenario)
        return (
            f"The machine is not sure of one thing, so you be the judge: did you {move}?"
            f" If not, that is one to try. {_need(scenario)}"
        )
    aim = scenario.learning_goal
    if n_words > LONG_REPLY_WORDS:
        return (
            f"The aim here was to {aim}, and what {scenario.client.name} needed for that was there."
            " Next time, try saying it in half as many words, and leave the rest of the time to"
            f" {scenario.client.name}."
        )
    return (
        f"The aim here was to {aim}, and what {scenario.client.name} needed for that was there."
        " Try the same moment once more in other words, or go on to a harder client."
    )


def _watch_out(
    scenario: Scenario,
    name: WatchOutId,
    words: Evidence,
    behaviours: Mapping[BehaviourId, Detected],
) -> str:
    said = quote(words.text)
    stop = "" if said[-1] in "?!…" else "."
    cost = re.split(r"(?<=[.?!]) ", WATCH_OUTS[name].advice)[0]
    if name == "says_homework":
        move = _filled(WATCH_OUTS[name].next_move, scenario)
        return f"You said “{said}”{stop} {cost} Next time, {move}."
    better = behaviours[INSTEAD[name]]
    elsewhere = [one for one in better.evidence if one.start != words.start]
    if better.present and elsewhere:
        move = f"let “{quote(elsewhere[0].text)}” do the work, and leave this part out"
    elif better.present:
        move = _filled(HALVES[name], scenario)
    else:
        move = f"in its place, {_filled(MOVES[INSTEAD[name]], scenario)}"
    may = f"{WATCH_OUTS[name].name}: {cost[0].lower()}{cost[1:]}"
    return f"You said “{said}”{stop} {may} {_need(scenario)} Next time, {move}."


def _changed_too_soon(
    scenario: Scenario, behaviours: Mapping[BehaviourId, Detected], plain: list[BehaviourId]
) -> str | None:
    """In a rupture: what to say where a step was offered before the client had been heard."""
    if scenario.challenge not in RUPTURE_LIKE:
        return None
    change = _earliest(behaviours, CHANGING)
    hearing = _earliest(behaviours, HEARING_FIRST)
    if change is None or (hearing is not None and hearing.start <= change.start):
        return None
    opening = f"“{quote(change.text)}” came before {scenario.client.name} had been heard"
    if hearing is not None:
        move = f"let “{quote(hearing.text)}” come first, and see whether the step is still needed"
    else:
        missing = [name for name in HEARING_FIRST if name in plain] or ["reflection"]
        if not all(name in plain for name in missing):
            return None
        move = f"before that, {_filled(MOVES[missing[0]], scenario)}"
    return f"{opening}. {_need(scenario)} Next time, {move}."


def _earliest(
    behaviours: Mapping[BehaviourId, Detected], names: Iterable[BehaviourId]
) -> Evidence | None:
    found = [
        words for name in names if behaviours[name].present for words in behaviours[name].evidence
    ]
    return min(found, key=lambda words: words.start, default=None)


def _moment(name: BehaviourId, behaviours: Mapping[BehaviourId, Detected]) -> str:
    """Where in the reply the move belongs, in the trainee's own words; empty if that is unclear."""
    if name == "reflection":
        first = _earliest(behaviours, behaviours)
        return f"before “{quote(first.text)}”, " if first is not None else ""
    for before in FOLLOWS.get(name, ()):
        seen = behaviours[before]
        if seen.present and seen.evidence:
            return f"after “{quote(seen.evidence[-1].text)}”, "
    return ""


def _need(scenario: Scenario) -> str:
    need = _filled(NEEDS[scenario.challenge], scenario)
    return need[0].upper() + need[1:] + "."


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
    """Returns words as they were said, to stand inside a sentence of ours.

    Without a first "um" or a last full stop, and cut short with an ellipsis if there are many.
    """
    bare = re.sub(r"^(?:(?:um+|uh+|erm?|er)\b[,.…]*\s*)+", "", text.strip(), flags=re.IGNORECASE)
    said = (bare or text.strip()).split()
    if len(said) > QUOTED_WORDS:
        return re.sub(r"[.,;:—–]+$", "", " ".join(said[:QUOTED_WORDS])) + "…"
    return re.sub(r"(?<!\.)\.$|[,;:—–]+$", "", " ".join(said))


def _line(scenario: Scenario) -> str:
    """The client's words by which the trainee will know the moment: those the title is about."""
    sentences = re.findall(r"[^.!?…]+[.!?…]*", scenario.clip.transcript)
    full = [one.strip() for one in sentences if len(one.split()) >= 3] or [scenario.clip.transcript]
    title = _bare(scenario.title)
    said = max(full, key=lambda one: len(title & _bare(one))).split()
    return " ".join(said[:LINE_WORDS]).rstrip(".,;") + ("…" if len(said) > LINE_WORDS else "")


def _bare(text: str) -> set[str]:
    return set(re.findall(r"[a-z']{3,}", text.lower()))


def _filled(template: str, scenario: Scenario) -> str:
    return template.format(
        name=scenario.client.name,
        goal=scenario.goal,
        takeaway=scenario.takeaway,
        activity=scenario.activity.removeprefix("perhaps "),
        line=_line(scenario),
    )
