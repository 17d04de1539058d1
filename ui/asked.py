"""What instructors have asked for: each vignette, how far it is, and when it is due."""

import streamlit as st

from practice import asked_again, assignments, attempts, examples
from practice.assignments import Standing
from practice.worker import now
from scoring.rubric import DIMENSIONS
from ui import resources, state, visitor
from ui.style import block, card, safe

WORDS = {"not started": "not started", "tried": "begun", "done": "done", "reviewed": "reviewed"}


def page() -> None:
    """Shows the page."""
    st.title("Asked of you")
    store, library = resources.store(), resources.library()
    asked = assignments.of_trainee(store, state.person(), now())
    supervisors_ask = _tries_again() + _examples()
    if supervisors_ask:
        block(f'<div class="cards">{supervisors_ask}</div>')
    if not asked and not supervisors_ask:
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


def _tries_again() -> str:
    """What came back with the wish for another try, as HTML, each with a link that starts it."""
    store, cards = resources.store(), ""
    for one in asked_again.of_trainee(store, visitor.current(), now()):
        scenario = attempts.scenario_answered(store, one.attempt)
        note = f'<p class="line">{safe(one.note)}</p>' if one.note else ""
        again = state.link_to_again(scenario.id, one.attempt.id)
        cards += card(
            f'<div class="eyebrow">{safe(visitor.name_of(one.asked_by))} would like you to try this'
            f' one again</div><p class="name">{safe(scenario.client.name)}:'
            f" {safe(scenario.title)}</p>{note}"
            f'<p><a class="go" href="{safe(again)}" target="_self">Try it again</a>'
            f' &nbsp; <a href="{safe(state.link(scenario.id, one.attempt.id))}" target="_self">See'
            " what came back</a></p>"
        )
    return cards


def _examples() -> str:
    """What was asked for as an example and is not answered yet, as HTML."""
    store, cards = resources.store(), ""
    for one in examples.asked_of(store, visitor.current(), now()):
        attempt = attempts.get(store, one.attempt)
        scenario = attempts.scenario_answered(store, attempt)
        cards += card(
            f'<div class="eyebrow">{safe(visitor.name_of(one.asked_by))} asks whether others may'
            f' learn from a reply of yours</div><p class="name">{safe(scenario.client.name)}:'
            f" {safe(scenario.title)}</p>"
            f'<p><a href="{safe(state.link(scenario.id, attempt.id))}" target="_self">Read it and'
            " say yes or no</a></p>"
        )
    return cards


def _how_far(standing: Standing, n_asked: int) -> str:
    said = WORDS[standing.word]
    if standing.word == "tried" and n_asked > 1:
        said = f"{standing.n_tried} of {n_asked}"
    return said + (" (a little late, still open)" if standing.overdue else "")
