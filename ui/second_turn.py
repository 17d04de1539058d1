"""The second turn on the page: whether the client goes on, from which reply, and with what."""

import streamlit as st

from practice import two_turns
from practice.attempts import Attempt
from scenarios.models import Scenario
from ui import resources, state, visitor
from ui.style import plain


def first() -> Attempt | None:
    """Returns the reply that the client goes on from, or ``None`` in the first turn.

    It is named in the address, or is the one before the reply to be bettered; only a reply of the
    person's own counts.
    """
    store = resources.store()
    named = state.after()
    if named is None and state.retry_of() is not None:
        earlier = visitor.own(store, state.retry_of())
        named = None if earlier is None else earlier.after
    found = visitor.own(store, named)
    if found is None:
        return None
    return found if two_turns.next_turn(store, found) is not None else None


def heard() -> Scenario | None:
    """Returns the scenario with what the client says next, or ``None`` in the first turn."""
    before = first()
    return None if before is None else two_turns.next_turn(resources.store(), before)


def offer(scenario: Scenario, attempt: Attempt) -> None:
    """Offers to hear what the client says next, where there is more to hear."""
    if two_turns.next_turn(resources.store(), attempt) is None:
        return
    if st.button(f"Hear what {plain(scenario.client.name)} says next", width="stretch"):
        state.hear_next(scenario.id, attempt.id)
        st.rerun()
