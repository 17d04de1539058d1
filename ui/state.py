"""Every key of the session state and of the address, in one place.

The scenario and the attempt are in the address, so that reloading the page, going back or keeping
a link loses nothing; only the freshness of the input widgets lives in the session.
"""

from urllib.parse import urlencode

import streamlit as st

from practice.attempts import LOCAL_PERSON

SCENARIO = "scenario"  # address: the scenario being practised
ATTEMPT = "attempt"  # address: the attempt whose result is shown
AGAIN = "again"  # address: the attempt that the next reply tries to better
REVIEW = "review"  # address: the attempt that a supervisor is reviewing
LINKS = "links"  # session: one-time links just made, shown until they are put away
_PERSON = "person"  # session: who is at the screen, put there by `ui/visitor.py` alone
_ROUND = "round"  # session: counts replies, so that each starts with empty input widgets


def enter(person: str | None) -> None:
    """Says who is at the screen from now on; what was kept of anybody else is forgotten."""
    if st.session_state.get(_PERSON, person) != person:
        st.session_state.clear()
    st.session_state[_PERSON] = person


def person() -> str:
    """Returns the id of the person at the screen; alone on one's own computer it is always me.

    Raises:
        RuntimeError: nobody is; no screen is shown then.
    """
    known: str | None = st.session_state.get(_PERSON, LOCAL_PERSON)
    if known is None:
        raise RuntimeError("A screen was shown with nobody signed in.")
    return known


def reviewed() -> str | None:
    """Returns the attempt being reviewed, or ``None`` while the queue is shown."""
    return st.query_params.get(REVIEW)


def review(attempt: str | None) -> None:
    """Opens an attempt to be reviewed, or with ``None`` goes back to the queue."""
    st.query_params.from_dict({} if attempt is None else {REVIEW: attempt})
    _fresh()


def scenario_id() -> str | None:
    """Returns the scenario named in the address, or ``None``."""
    return st.query_params.get(SCENARIO)


def attempt_id() -> str | None:
    """Returns the attempt named in the address, or ``None`` while none is shown."""
    return st.query_params.get(ATTEMPT)


def retry_of() -> str | None:
    """Returns the attempt that the next reply tries to better, or ``None`` for a first try."""
    return st.query_params.get(AGAIN)


def choose(scenario: str) -> None:
    """Turns to a scenario, with nothing answered yet."""
    st.query_params.from_dict({SCENARIO: scenario})
    _fresh()


def show(scenario: str, attempt: str) -> None:
    """Turns to the result of one attempt."""
    st.query_params.from_dict({SCENARIO: scenario, ATTEMPT: attempt})
    _fresh()


def link(scenario: str, attempt: str) -> str:
    """Returns the address of one attempt's result, relative to any page of the app."""
    return "./?" + urlencode({SCENARIO: scenario, ATTEMPT: attempt})


def link_to(scenario: str) -> str:
    """Returns the address at which a scenario is practised, from any page."""
    return "./?" + urlencode({SCENARIO: scenario})


def try_again(scenario: str, earlier: str) -> None:
    """Turns back to answering, with the earlier attempt to be shown beside the new one."""
    st.query_params.from_dict({SCENARIO: scenario, AGAIN: earlier})
    _fresh()


def _fresh() -> None:
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


def widget_key(name: str) -> str:
    """Returns a widget's key, new for every reply."""
    return f"{name}-{st.session_state.get(_ROUND, 0)}"
