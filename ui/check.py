"""A check of what carries over: new clients, and no feedback until all have been answered."""

import streamlit as st

from practice import checks, next_client, standings
from practice.attempts import Attempt
from practice.checks import N_CLIENTS
from practice.worker import now
from ui import resources, state
from ui.style import block, card, plain, safe


def offer() -> None:
    """Offers a check, if enough families have never been met, or the way back into one."""
    store, person, library = resources.store(), state.person(), resources.library()
    going_on = checks.current(store, person)
    left = [] if going_on is None else checks.to_come(store, going_on)
    if left:
        name = safe(library[left[0]].client.name)
        block(f'<p><a href="{state.link_to_client(left[0])}">Go on with your check: {name}</a></p>')
        if st.button("Stop the check and see the feedback"):
            checks.end(store, person, now())
            st.rerun()
        return
    new = next_client.never_met(standings.ahead(store, person)[0], library, N_CLIENTS)
    if len(new) < N_CLIENTS:
        st.caption("You have met nearly every kind of client there is here.")
    elif st.button(f"Check yourself with {N_CLIENTS} new clients, feedback only at the end"):
        checks.start(store, person, new, now())
        st.rerun()


def holds(attempt: Attempt) -> bool:
    """Whether the feedback on this attempt waits for the end of a check."""
    going_on = checks.current(resources.store(), state.person())
    return going_on is not None and going_on.holds(attempt)


def going_on(scenario: str) -> bool:
    """Whether this client is part of a check that is going on; says so on the page."""
    check = checks.current(resources.store(), state.person())
    if check is None or scenario not in check.scenarios:
        return False
    number = check.scenarios.index(scenario) + 1
    block(
        card(
            f'<div class="eyebrow">A check: client {number} of {len(check.scenarios)}</div><p>No'
            " feedback until the last one, so that you can see what you bring on your own.</p>",
            "keep",
        )
    )
    return True


def between() -> None:
    """Shows what comes after a reply whose feedback is held back."""
    store, person = resources.store(), state.person()
    check = checks.current(store, person)
    if check is None:
        return
    left = checks.to_come(store, check)
    st.header("Your reply is kept")
    if left:
        client = resources.library()[left[0]].client
        st.markdown(f"{len(check.scenarios) - len(left)} of {len(check.scenarios)} done.")
        if st.button(f"Next: {plain(client.name)}", type="primary", width="stretch"):
            state.choose(left[0])
            st.rerun()
        if st.button("Stop the check and see the feedback", width="stretch"):
            checks.end(store, person, now())
            st.rerun()
        return
    rows = "".join(
        f'<li><a href="{state.link(one.scenario, one.id)}">'
        f"{safe(resources.library()[one.scenario].client.name)}</a></li>"
        for one in checks.answered(store, check)
    )
    checks.end(store, person, now())
    block(card(f"<p>All done. Here is the feedback on each:</p><ul>{rows}</ul>", "keep"))
