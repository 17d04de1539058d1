"""Everything the trainee has tried, newest first."""

import streamlit as st

from practice import attempts, calibrations, outcomes
from scoring.rubric import DIMENSIONS
from ui import check, loop, resources, state, visitor
from ui.result import in_words
from ui.style import block, card, safe

STATES = {
    "recorded": "saved, waiting to be transcribed",
    "transcribed": "transcribed, waiting to be scored",
    "scored": "scored",
    "unscored": "not scored",
    "failed": "could not be used",
}
N_SHOWN = 50


def page() -> None:
    """Shows the list; each entry opens its result."""
    st.title("Your attempts")
    store = resources.store()
    shown = attempts.newest(store, state.person(), N_SHOWN)
    if not visitor.accounts_on():  # alone on one's own computer: what the command line made too
        everyone = attempts.newest(store, None, N_SHOWN)
        others = any(one.person != state.person() for one in everyone)
        if others and st.toggle("Also show replies made here under other names"):
            shown = everyone
    if not shown:
        st.info("Nothing here yet. Your replies will appear here as soon as you have made one.")
    for attempt in shown:
        scenario = attempts.scenario_answered(store, attempt)
        score = outcomes.score_of(store, attempt)
        text = outcomes.reply_text(store, attempt) or ""
        scores = ""
        if loop.asks_rating(attempt):
            scores = "Your own view comes first: open it to say how it was."
        elif check.holds(attempt):
            scores = "Its feedback comes at the end of your check."
        elif score is not None and score.status == "scored":
            scores = " · ".join(
                f"{about.name}: {in_words(score.dimensions[name])}"
                for name, about in DIMENSIONS.items()
            )
            used = calibrations.of_version(store, score.model_version)
            scores += "" if used is None else f" · {used.words}"
        person = "" if attempt.person == state.person() else f" · {safe(attempt.person)}"
        when = attempt.created_at.astimezone().strftime("%d %B %Y, %H:%M")
        block(
            card(
                f'<div class="eyebrow">{when}{person} · {STATES[attempt.state]}</div>'
                f'<p class="name">{safe(scenario.client.name)}: {safe(scenario.title)}</p>'
                f"<p>{safe(text[:220])}{'…' if len(text) > 220 else ''}</p>"
                f'<p class="muted">{safe(scores)}</p>'
                f'<p><a href="{state.link(scenario.id, attempt.id)}">Open this reply</a></p>'
            )
        )
