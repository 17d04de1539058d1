"""The sets in the library, and where one is in the set being practised."""

import streamlit as st

from practice import set_runs
from practice.worker import now
from scenarios.models import ScenarioSet
from ui import resources, state, visitor
from ui.style import block, card, plain, safe

AFTER_COURSE = "post-test"  # its clients are to be unheard until a course is over


def in_order() -> list[ScenarioSet]:
    """Returns the sets by title, the one to be kept for after a course last."""
    return sorted(
        resources.sets().values(), key=lambda found: (found.id == AFTER_COURSE, found.title)
    )


def offer() -> None:
    """Shows the sets, each with what it is for; who practises can begin or go on with one."""
    store, library = resources.store(), resources.library()
    run = set_runs.current(store, state.person(), library) if _practises() else None
    sets = resources.sets()
    if run is not None and run.set_id in sets:
        _set(sets[run.set_id], run)
    with st.expander("Sets: several clients, one after the other"):
        for one in in_order():
            if run is None or run.set_id != one.id:
                _set(one, None)


def _practises() -> bool:
    return not visitor.accounts_on() or "trainee" in visitor.current().roles


def _set(one: ScenarioSet, run: set_runs.SetRun | None) -> None:
    library = resources.library()
    names = [library[name].client.name for name in one.scenarios if name in library]
    if not names:
        return
    going_on = run is not None and run.set_id == one.id
    kept = one.id == AFTER_COURSE and not going_on
    who = "" if kept else f": {safe(', '.join(names))}"
    block(
        card(
            f'<div class="eyebrow">{len(names)} clients{who}</div>'
            f'<p class="name">{safe(one.title)}</p><p>{safe(one.description)}</p>',
            "keep" if going_on else "",
        )
    )
    if not _practises():
        return
    if kept:
        st.caption("Best kept for after a course.")
    if going_on and run is not None:
        _go_on(run)
    elif st.button(f"Practise “{plain(one.title)}”", key=f"set-{one.id}"):
        set_runs.start(resources.store(), state.person(), one, now())
        begun = set_runs.current(resources.store(), state.person(), library)
        if begun is not None and begun.to_come:
            state.go_to_client(begun.to_come[0])


def _go_on(run: set_runs.SetRun) -> None:
    if run.to_come:
        client = resources.library()[run.to_come[0]].client.name
        place = f"client {run.number(run.to_come[0])} of {len(run.scenarios)}"
        block(
            f'<p><a class="go" href="{state.link_to(run.to_come[0])}" target="_self">Go on:'
            f" {safe(client)}, {place}</a></p>"
        )
    if st.button("Stop this set", key=f"stop-{run.set_id}"):
        set_runs.end(resources.store(), state.person(), now())
        st.rerun()


def where(scenario: str) -> None:
    """Says on the practice page where one is in the set, if this client is part of it."""
    run = set_runs.current(resources.store(), state.person(), resources.library())
    if run is None or scenario not in run.scenarios:
        return
    n = len(run.scenarios)
    bar = (
        f'<div class="eyebrow">{safe(run.title)}: client {run.number(scenario)} of {n}</div>'
        f'<p class="muted">{run.n_done} of {n} answered so far.</p>'
    )
    block(card(bar, "keep"))


def done() -> None:
    """Says, after the last client of a set, that this was the whole of it, and ends it."""
    store, person = resources.store(), state.person()
    run = set_runs.current(store, person, resources.library())
    if run is None or run.to_come:
        return
    n = len(run.scenarios)
    block(
        card(
            f'<div class="eyebrow">{safe(run.title)}</div><p>That was the last of its {n} clients.'
            " The set stays in the library, whenever you want it again.</p>",
            "keep",
        )
    )


def close() -> None:
    """Ends a set whose last client has been answered, as one moves on."""
    store, person = resources.store(), state.person()
    run = set_runs.current(store, person, resources.library())
    if run is not None and not run.to_come:
        set_runs.end(store, person, now())
