"""The client of a scenario, as every screen shows them: who they are, and their clip."""

import streamlit as st

from practice import attempts, outcomes
from practice.attempts import Attempt
from scenarios.models import Scenario
from ui import resources
from ui.style import block, card, plain, safe

CHALLENGES = {
    "refusal": "Refusal",
    "nonengagement_rupture": "Non-engagement or rupture",
    "too_challenging": "Too challenging",
    "irrelevant": "Seems irrelevant",
    "practical_barrier": "Practical barrier",
    "the_word": "Feels like being marked",
    "perfectionism": "Perfectionism",
    "hopelessness": "Hopelessness",
    "overcompliance": "Over-compliance",
    "partial": "Partly done",
}
PHASES = {
    "design": "Choosing what to try",
    "planning": "Planning it",
    "review": "Looking back at it",
}


def kind(scenario: Scenario) -> str:
    """Returns what kind of moment it is, in a few words."""
    return " · ".join(
        (
            CHALLENGES[scenario.challenge],
            PHASES[scenario.phase].lower(),
            scenario.difficulty,
            scenario.approach,
        )
    )


def context(scenario: Scenario, *, goal: bool = False) -> None:
    """Shows the vignette: who, what they want, and where in therapy this moment is.

    Args:
        scenario: the vignette.
        goal: whether to say what to practise here; the practice page says it for itself.
    """
    who = scenario.client
    aim = f'<p class="muted">What to practise: {safe(scenario.learning_goal)}.</p>'
    facts = {
        "Wants": scenario.goal,
        "Noticed so far": scenario.takeaway,
        "Between sessions": scenario.activity,
    }
    rows = "".join(
        f"<dt>{name}</dt><dd>{safe(text[0].upper() + text[1:])}</dd>"
        for name, text in facts.items()
    )
    block(
        card(
            f'<div class="eyebrow">{kind(scenario)}</div>'
            f'<p><span class="name">{safe(who.name)}</span>, {who.age}'
            f" ({safe(who.pronouns)}): {safe(who.presenting_problem)}</p>"
            f'<dl class="facts">{rows}</dl>'
            f'<p class="situation">{safe(scenario.context)}</p>'
            f"{aim if goal else ''}"
        )
    )


def listen(scenario: Scenario) -> None:
    """Shows the clip, with its captions for those who ask for them."""
    st.header(f"Listen to {plain(scenario.client.name)}")
    path = resources.sound(scenario.clip.id)
    if path is None:
        st.warning("This clip's sound is missing, so here are the words instead.")
        block(f'<p class="line">{safe(scenario.clip.transcript)}</p>')
        return
    st.audio(str(path), format="audio/mpeg")
    if st.toggle("Show captions", key=f"captions-{scenario.clip.id}"):
        block(
            f'<p class="line">{safe(scenario.clip.transcript)}</p>'
            f'<p class="muted">Said: {safe(scenario.clip.tone)}</p>'
        )


def moment(scenario: Scenario, first: Attempt | None) -> None:
    """Shows where this is: the vignette or, in the second turn, what was said so far.

    Args:
        scenario: the scenario.
        first: the attempt that the client answers, or ``None`` in the first turn.
    """
    if first is None:
        context(scenario)
        return
    store = resources.store()
    line = attempts.scenario_answered(store, first).clip.transcript
    said = outcomes.reply_text(store, first) or ""
    with st.expander(f"Who {plain(scenario.client.name)} is"):
        context(scenario)
    block(
        card(
            '<div class="eyebrow">So far</div>'
            f'<p><span class="name">{safe(scenario.client.name)}:</span> {safe(line)}</p>'
            f'<p class="situation"><span class="name">You:</span> {safe(said)}</p>'
        )
    )
