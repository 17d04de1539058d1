"""Every key of the session state and of the address, in one place.

The scenario and the attempt are in the address, so that reloading the page, going back or keeping
a link loses nothing; only the freshness of the input widgets lives in the session.
"""

from typing import Any
from urllib.parse import urlencode

import streamlit as st

from practice.attempts import LOCAL_PERSON

SCENARIO = "scenario"  # address: the scenario being practised
ATTEMPT = "attempt"  # address: the attempt whose result is shown
AGAIN = "again"  # address: the attempt that the next reply tries to better
REVIEW = "review"  # address: the attempt that a supervisor is reviewing
LINKS = "links"  # session: one-time links just made, shown until they are put away
_PERSON = "person"  # session: who is at the screen, put there by `ui/visitor.py` alone
SESSION = "session"  # address: "done" once a practice session has been brought to its end
_HOT_SEAT = "hot_seat"  # session: whether recording starts as the clip ends
AFTER = "after"  # address: the first turn's attempt, while the client's next line is answered
DRAFT = "draft"  # address: there while a scenario is tried out before it is published
EDIT = "edit"  # address: the scenario being written
LIBRARY = "library-"  # session: begins the key of every filter of the library
AUTHOR = "author-"  # session: begins the key of every field of a scenario being written
_PUT_BY = "put-by"  # session: further lines of scenarios that were switched off
_FORM = "form"  # session: counts the forms laid out, so that none shows another's leavings
_ALL = "library-all"  # session: there once all that fits is to be shown
AGREEMENT = "agreement-trait"  # session: what is split by client and month on that page
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
    st.query_params.from_dict({SCENARIO: scenario, ATTEMPT: attempt, **_draft()})
    _fresh()


def link_to_client(scenario: str) -> str:
    """Returns the address of a client to be answered, relative to any page of the app."""
    return "./?" + urlencode({SCENARIO: scenario})


def link(scenario: str, attempt: str) -> str:
    """Returns the address of one attempt's result, relative to any page of the app."""
    return "./?" + urlencode({SCENARIO: scenario, ATTEMPT: attempt})


def link_to_again(scenario: str, earlier: str) -> str:
    """Returns the address at which an earlier attempt is tried again, from any page of the app."""
    return "./?" + urlencode({SCENARIO: scenario, AGAIN: earlier})


def link_to(scenario: str, draft: bool = False) -> str:
    """Returns the address at which a scenario (or its draft) is practised, from any page."""
    return "./?" + urlencode({SCENARIO: scenario, **({DRAFT: "yes"} if draft else {})})


def go_to_client(scenario: str) -> None:
    """Leaves whatever page is shown for the practice page, with that client to be answered."""
    # The practice page is the first, which has no address of its own; only its address counts.
    st.switch_page(st.Page(_first, default=True), query_params={SCENARIO: scenario})


def _first() -> None:
    """Stands for the first page."""


def n_shown(at_first: int) -> int:
    """Returns how many of the library's clients to show."""
    return 10_000 if st.session_state.get(_ALL) else at_first


def show_all() -> None:
    """Shows all of the library's clients that fit from now on."""
    st.session_state[_ALL] = True


def editing() -> str | None:
    """Returns the scenario being written, or ``None`` while none is open."""
    return st.query_params.get(EDIT)


def edit(scenario: str | None) -> None:
    """Opens a scenario to be written, or with ``None`` goes back to the list."""
    st.query_params.from_dict({} if scenario is None else {EDIT: scenario})
    lay_out_anew()
    _fresh()


def try_again(scenario: str, earlier: str) -> None:
    """Turns back to answering, with the earlier attempt to be shown beside the new one."""
    st.query_params.from_dict({SCENARIO: scenario, AGAIN: earlier, **_draft()})
    _fresh()


def hear_next(scenario: str, first: str) -> None:
    """Turns to the second turn: what the client says to the reply of that attempt."""
    st.query_params.from_dict({SCENARIO: scenario, AFTER: first, **_draft()})
    _fresh()


def _draft() -> dict[str, str]:
    return {DRAFT: "yes"} if trying_out() else {}


def put_by(scenario: str, lines: list[dict[str, Any]] | None = None) -> list[dict[str, Any]]:
    """Keeps a scenario's further lines while they are switched off; returns those kept."""
    kept: dict[str, list[dict[str, Any]]] = st.session_state.setdefault(_PUT_BY, {})
    if lines:
        kept[scenario] = lines
    return kept.get(scenario, [])


def form() -> int:
    """Returns the number of the form on the screen, a part of its fields' keys."""
    n: int = st.session_state.get(_FORM, 0)
    return n


def lay_out_anew() -> None:
    """Begins a new form, whose fields show what is stored and nothing left over from before."""
    st.session_state[_FORM] = form() + 1


def renew() -> None:
    """Empties the input widgets: what they held has been kept."""
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
