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
AFTER = "after"  # address: the first turn's attempt, while the client's next line is answered
DRAFT = "draft"  # address: there while a scenario is tried out before it is published
_ROUND = "round"  # session: counts replies, so that each starts with empty input widgets


def person() -> str:
    """Returns the id of the person at the screen; alone on one's own computer it is always me."""
    return LOCAL_PERSON


def scenario_id() -> str | None:
    """Returns the scenario named in the address, or ``None``."""
    return st.query_params.get(SCENARIO)


def attempt_id() -> str | None:
    """Returns the attempt named in the address, or ``None`` while none is shown."""
    return st.query_params.get(ATTEMPT)


def retry_of() -> str | None:
    """Returns the attempt that the next reply tries to better, or ``None`` for a first try."""
    return st.query_params.get(AGAIN)


def trying_out() -> bool:
    """Returns whether the scenario named in the address is to be its draft."""
    return DRAFT in st.query_params


def after() -> str | None:
    """Returns the first turn's attempt while its second turn is on, or ``None``."""
    return st.query_params.get(AFTER)


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


def try_again(scenario: str, earlier: str, first: str | None = None) -> None:
    """Turns back to answering, with the earlier attempt to be shown beside the new one.

    Args:
        scenario: the scenario.
        earlier: the attempt to better.
        first: the first turn's attempt, if it is the second turn that is tried again.
    """
    turn = {} if first is None else {AFTER: first}
    st.query_params.from_dict({SCENARIO: scenario, AGAIN: earlier, **turn})
    _fresh()


def one_turn() -> None:
    """Forgets the second turn: the address named no reply that the client goes on from."""
    st.query_params.pop(AFTER, None)


def hear_next(scenario: str, first: str) -> None:
    """Turns to the second turn: what the client says to the reply of that attempt."""
    st.query_params.from_dict({SCENARIO: scenario, AFTER: first})
    _fresh()


def _fresh() -> None:
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


def widget_key(name: str) -> str:
    """Returns a widget's key, new for every reply."""
    return f"{name}-{st.session_state.get(_ROUND, 0)}"
