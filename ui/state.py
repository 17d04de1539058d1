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
SESSION = "session"  # address: "done" once a practice session has been brought to its end
_HOT_SEAT = "hot_seat"  # session: whether recording starts as the clip ends
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


def pin(scenario: str) -> None:
    """Puts the scenario on the screen into the address, where none was named."""
    st.query_params[SCENARIO] = scenario


def session_ended() -> bool:
    """Whether the address is that of a session brought to its end."""
    return st.query_params.get(SESSION) == "done"


def end_session() -> None:
    """Turns to the end of the practice session."""
    st.query_params.from_dict({SESSION: "done"})
    _fresh()


def choose(scenario: str) -> None:
    """Turns to a scenario, with nothing answered yet."""
    st.query_params.from_dict({SCENARIO: scenario})
    _fresh()


def show(scenario: str, attempt: str) -> None:
    """Turns to the result of one attempt."""
    st.query_params.from_dict({SCENARIO: scenario, ATTEMPT: attempt})
    _fresh()


def link_to_client(scenario: str) -> str:
    """Returns the address of a client to be answered, relative to any page of the app."""
    return "./?" + urlencode({SCENARIO: scenario})


def link(scenario: str, attempt: str) -> str:
    """Returns the address of one attempt's result, relative to any page of the app."""
    return "./?" + urlencode({SCENARIO: scenario, ATTEMPT: attempt})


def try_again(scenario: str, earlier: str) -> None:
    """Turns back to answering, with the earlier attempt to be shown beside the new one."""
    st.query_params.from_dict({SCENARIO: scenario, AGAIN: earlier})
    _fresh()


def _fresh() -> None:
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


def widget_key(name: str) -> str:
    """Returns a widget's key, new for every reply."""
    return f"{name}-{st.session_state.get(_ROUND, 0)}"


def hot_seat() -> bool:
    """Whether the trainee has chosen the hot seat in this session."""
    return bool(st.session_state.get(_HOT_SEAT, False))


def keep_hot_seat(chosen: bool) -> None:
    """Remembers whether the trainee wants the hot seat, also for the next client."""
    st.session_state[_HOT_SEAT] = chosen
