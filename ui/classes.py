"""The instructor's cohorts: who is in them, what they are asked for, who has done what."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta

import streamlit as st

from practice import assignments, class_grid, cohorts, drafts, invitations
from practice.accounts import AccountError, Person
from practice.assignments import Assignment, Goal, Plan
from practice.cohorts import MAX_TITLE_CHARS, Cohort
from practice.worker import now
from scenarios.models import DimensionId, Scenario
from scoring.rubric import DIMENSIONS
from ui import client, resources, set_run, state, visitor
from ui.style import block, card, plain, safe

WEEK = timedelta(days=7)
WORDS = {"not started": "not started", "tried": "begun", "done": "done", "reviewed": "reviewed"}


def page() -> None:
    """Shows the page."""
    st.title("Cohorts")
    store, person = resources.store(), visitor.current()
    found = cohorts.of_instructor(store, person, now())
    if not found:
        st.info("Make a cohort first, then put trainees in it and ask it for something.")
        _make()
        return
    with st.expander("A new cohort"):
        _make()
    # By id: Streamlit would give back the cohort as it was when it was chosen.
    by_id = {one.id: one for one in found}
    named = st.selectbox("Cohort", list(by_id), format_func=lambda one: by_id[one].title)
    chosen = by_id[named]
    _people(chosen)
    _grids(chosen)
    _assign(chosen)


def _make() -> None:
    with st.form("cohort", clear_on_submit=True):
        title = st.text_input("What is it called?", max_chars=MAX_TITLE_CHARS)
        if st.form_submit_button("Make the cohort"):
            try:
                cohorts.make(resources.store(), visitor.current(), title, now())
            except AccountError as exc:
                st.warning(plain(str(exc)))
            else:
                st.rerun()


def _people(cohort: Cohort) -> None:
    store, person = resources.store(), visitor.current()
    st.header("Trainees")
    for one in cohort.trainees:
        line, out = st.columns([4, 1])
        line.text(one.name)
        if out.button("Take out", key=f"out-{one.id}"):
            cohorts.take_out(store, person, cohort.id, one.id, now())
            st.rerun()
    inside = {one.id for one in cohort.trainees}
    others = {
        one.person.id: one.person
        for one in invitations.members(store, person, now())
        if "trainee" in one.person.roles and one.person.id not in inside
    }
    if not others:
        st.caption("Every trainee here is in it.")
        return
    with st.form("put-in", clear_on_submit=True):
        chosen = st.multiselect(
            "Put in", list(others), format_func=lambda one: others[one].name, key=f"in-{cohort.id}"
        )
        if st.form_submit_button("Put them in"):
            for name in chosen:
                cohorts.put_in(store, person, cohort.id, others[name], "trainee", now())
            st.rerun()


def _assign(cohort: Cohort) -> None:
    st.header("Ask for something new")
    library = resources.library()
    names = {name: _named(one) for name, one in library.items()}
    # No form: a set fills the list, and a goal asks how far, as soon as it is picked.
    with st.container(border=True):
        title = st.text_input(
            "What is it called?", max_chars=80, key=state.widget_key(f"asked-title-{cohort.id}")
        )
        scenarios = _vignettes(cohort, names)
        trainees = {one.id: one for one in cohort.trainees}
        people = st.multiselect(
            "For",
            list(trainees),
            format_func=lambda one: trainees[one].name,
            placeholder="the whole cohort",
            key=state.widget_key(f"asked-people-{cohort.id}"),
        )
        opens, due = st.columns(2)
        today = now().astimezone().date()
        opens_on = opens.date_input("Opens", today, key=state.widget_key("asked-opens"))
        due_on = due.date_input(
            "Due, by the end of", today + WEEK, key=state.widget_key("asked-due")
        )
        n_attempts = st.number_input("Tries at each", 1, 20, 2, key=state.widget_key("asked-tries"))
        reach = st.selectbox(
            "Done", [None, *DIMENSIONS], format_func=_goal, key=state.widget_key("asked-done")
        )
        level = (
            st.slider("How far, of 4", 1, 4, 3, key=state.widget_key("asked-level"))
            if reach
            else None
        )
        examples = st.checkbox(
            "Examples may be read before the first try", key=state.widget_key("asked-examples")
        )
        if st.button("Ask for it", type="primary"):
            try:
                plan = Plan(
                    title=title,
                    scenarios=tuple(scenarios),
                    opens_at=_day(opens_on, time.min),
                    due_at=_day(due_on, time(23, 59)),
                    n_attempts=n_attempts,
                    examples_open=examples,
                    goal=Goal(kind="dimension", dimension=reach, level=level) if reach else Goal(),
                )
                _ask(cohort, plan, [trainees[one] for one in people])
            except ValueError as exc:
                st.warning(_plainly(exc, title, scenarios))
            else:
                state.renew()
                st.rerun()


def _vignettes(cohort: Cohort, names: Mapping[str, str]) -> list[str]:
    """Asks for the vignettes; a set fills the list in its order, which can be changed then."""
    sets = {one.id: one for one in set_run.in_order()}
    picked, listed = (state.widget_key(f"asked-{one}-{cohort.id}") for one in ("set", "list"))

    def fill() -> None:
        named = st.session_state.get(picked)
        if named in sets:
            st.session_state[listed] = [one for one in sets[named].scenarios if one in names]

    st.selectbox(
        "Begin with a set, if you like",
        list(sets),
        index=None,
        format_func=lambda one: f"{sets[one].title} ({len(sets[one].scenarios)})",
        placeholder="a set fills the list below",
        key=picked,
        on_change=fill,
    )
    return st.multiselect(
        "Vignettes, in the order you pick them",
        list(names),
        format_func=lambda one: names.get(one, one),
        key=listed,
    )


def _named(one: Scenario) -> str:
    kind = client.CHALLENGES[one.challenge].lower()
    return f"{one.client.name}: {one.title} · {kind} · {one.difficulty}"


def _ask(cohort: Cohort, plan: Plan, people: list[Person]) -> None:
    assignments.assign(
        resources.store(),
        visitor.current(),
        plan,
        now(),
        known=resources.library(),
        cohort=None if people else cohort.id,
        people=people,
    )


def _plainly(exc: ValueError, title: str, scenarios: list[str]) -> str:
    if not title.strip():
        return "Please give it a title."
    if not scenarios:
        return "Please pick at least one vignette."
    return str(exc)


def _goal(name: DimensionId | None) -> str:
    if name is None:
        return "after the tries, however they go"
    return f"once {DIMENSIONS[name].name.lower()} is as far as below, by the machine’s estimate"


def _day(day: object, at: time) -> datetime:
    return datetime.fromisoformat(f"{day}T{at}").astimezone().astimezone(UTC)


def _grids(cohort: Cohort) -> None:
    store, person = resources.store(), visitor.current()
    st.header("Who has done what")
    theirs = {one.id for one in cohort.trainees}
    found = [
        one
        for one in assignments.of_instructor(store, person, now())
        if one.cohort == cohort.id
        or (one.cohort is None and theirs & set(assignments.people_of(store, one)))
    ]
    if not found:
        st.caption("Nothing has been asked of this cohort yet.")
    else:
        st.caption("Here, and in the gradebook: what is done, and no scores.")
    for one in found:
        _grid(one)


def _grid(assignment: Assignment) -> None:
    store, person, library = resources.store(), visitor.current(), resources.library()
    plan = assignment.plan
    clients = [library[one].client.name if one in library else one for one in plan.scenarios]
    heads = "".join(f"<th scope='col'>{safe(one)}</th>" for one in clients)
    rows, found = "", class_grid.rows(store, person, assignment, now())
    for row in found:
        cells = "".join(
            f"<td>{WORDS[one.word]}{', late' if one.overdue else ''}</td>" for one in row.standing
        )
        rows += f"<tr><th scope='row'>{safe(row.trainee.name)}</th>{cells}</tr>"
    block(
        card(
            f'<div class="eyebrow">due {plan.due_at.astimezone():%A %d %B}</div>'
            f'<p class="name">{safe(plan.title)}</p><div class="wide"><table class="side">'
            f"<thead><tr><td></td>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
        )
    )
    titles = {name: f"{one.client.name}: {one.title}" for name, one in library.items()}
    save, back = st.columns(2)
    save.download_button(
        "Gradebook (CSV)",
        # With a mark of its encoding, without which Excel spoils every letter beyond English.
        class_grid.csv_of(assignment, found, titles).encode("utf-8-sig"),
        f"{drafts.slug(plan.title)}.csv",
        "text/csv",
        key=f"csv-{assignment.id}",
    )
    if back.button("Withdraw it", key=f"withdraw-{assignment.id}"):
        assignments.withdraw(store, person, assignment.id, now())
        st.rerun()
