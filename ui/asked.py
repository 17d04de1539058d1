"""What instructors have asked for: each vignette, how far it is, and when it is due."""

import streamlit as st

from practice import assignments
from practice.assignments import Standing
from practice.worker import now
from scoring.rubric import DIMENSIONS
from ui import resources, state
from ui.style import block, card, safe

WORDS = {"not started": "not started", "tried": "begun", "done": "done", "reviewed": "reviewed"}


def page() -> None:
    """Shows the page."""
    st.title("Asked of you")
    store, library = resources.store(), resources.library()
    asked = assignments.of_trainee(store, state.person(), now())
    if not asked:
        st.info("Nothing has been asked of you. Practise whatever you like.")
    for one in asked:
        plan = one.plan
        times = "once each" if plan.n_attempts == 1 else f"{plan.n_attempts} times each"
        goal = ""
        if plan.goal.dimension is not None:
            name = DIMENSIONS[plan.goal.dimension].name.lower()
            goal = f", until {name} has been {plan.goal.level} of 4 or more"
        rows = []
        for standing in assignments.standing(store, state.person(), one, now()):
            scenario = library.get(standing.scenario)
            title = f"{scenario.client.name}: {scenario.title}" if scenario else standing.scenario
            link = (
                f' <a href="{state.link_to(standing.scenario)}" target="_self">Practise</a>'
                if scenario
                else ""
            )
            rows.append(f"<li>{safe(title)}, {_how_far(standing, plan.n_attempts)}.{link}</li>")
        block(
            card(
                f'<div class="eyebrow">due {plan.due_at.astimezone():%A %d %B, %H:%M}</div>'
                f'<p class="name">{safe(plan.title)}</p>'
                f'<p class="muted">Try {times}{safe(goal)}.</p><ul>{"".join(rows)}</ul>'
            )
        )


def _how_far(standing: Standing, n_asked: int) -> str:
    said = WORDS[standing.word]
    if standing.word == "tried" and n_asked > 1:
        said = f"{standing.n_tried} of {n_asked}"
    return said + (" (a little late, still open)" if standing.overdue else "")
