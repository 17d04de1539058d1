"""The instructor's people: invite, give a new link, name supervisors, block."""

from collections.abc import Sequence

import streamlit as st

from practice import access, invitations, users
from practice.accounts import MAX_NAME_CHARS, ROLES, AccountError
from practice.invitations import Member
from practice.worker import now
from ui import resources, state, visitor
from ui.style import block, card, safe

STATES = {"invited": "invited, has not begun yet", "active": "active", "blocked": "blocked"}


def page() -> None:
    """Shows the page."""
    st.title("People")
    _links()
    _invite()
    members = invitations.members(resources.store(), visitor.current(), now())
    _supervision(members)
    st.header("Everybody")
    for one in members:
        _member(one)


def _links() -> None:
    """Shows the links just made; only this once, as only their sha256 is kept."""
    made: list[tuple[str, str]] = st.session_state.get(state.LINKS, [])
    if not made:
        return
    st.success("Give each person their own link. Each works once. They are shown only now.")
    st.code(
        "\n".join(f"{name}: {users.link(token)}" for name, token in made),
        language=None,
        wrap_lines=True,
    )
    if st.button("I have them, hide the links"):
        del st.session_state[state.LINKS]
        st.rerun()


def _keep(made: Sequence[tuple[str, str]]) -> None:
    st.session_state[state.LINKS] = list(made)
    st.rerun()


def _invite() -> None:
    st.header("Invite")
    one, many = st.tabs(["One person", "A list"])
    store, person = resources.store(), visitor.current()
    with one, st.form("invite", clear_on_submit=True):
        name = st.text_input("Name", max_chars=MAX_NAME_CHARS)
        roles = st.multiselect("What they are here", ROLES, default=["trainee"])
        if st.form_submit_button("Make an invitation"):
            try:
                invited, token = invitations.invite(store, person, name, roles, now())
            except AccountError as exc:
                st.warning(str(exc))
            else:
                _keep([(invited.name, token)])
    with many, st.form("invite-many", clear_on_submit=True):
        text = st.text_area("A line each: name, then roles (trainee if there are none)")
        if st.form_submit_button("Make the invitations"):
            try:
                invited_all = invitations.invite_many(store, person, text, now())
            except AccountError as exc:
                st.warning(str(exc))
            else:
                _keep([(found.name, token) for found, token in invited_all])


def _supervision(members: Sequence[Member]) -> None:
    st.header("Who supervises whom")
    store, person = resources.store(), visitor.current()
    learners = {one.person.id: one.person for one in members if "trainee" in one.person.roles}
    guides = {one.person.id: one.person for one in members if "supervisor" in one.person.roles}
    for trainee, supervisor in access.supervisions(store, person, now()):
        line, end = st.columns([4, 1])
        line.text(f"{supervisor.name} supervises {trainee.name}")
        if end.button("End", key=f"end-{trainee.id}-{supervisor.id}"):
            access.look_after_no_more(store, person, trainee.id, supervisor.id, now())
            st.rerun()
    if not learners or not guides:
        st.caption("Invite a trainee and a supervisor first.")
        return
    with st.form("supervise"):
        learner = st.selectbox(
            "Trainee", list(learners), format_func=lambda one: learners[one].name
        )
        guide = st.selectbox("Supervisor", list(guides), format_func=lambda one: guides[one].name)
        if st.form_submit_button("Make them supervisor and supervisee"):
            try:
                access.look_after(store, person, learners[learner], guides[guide], now())
            except AccountError as exc:
                st.warning(str(exc))
            else:
                st.rerun()


def _member(one: Member) -> None:
    store, person = resources.store(), visitor.current()
    block(
        card(
            f'<p class="name">{safe(one.person.name)}</p>'
            f'<p class="muted">{safe(", ".join(sorted(one.person.roles)))}; {STATES[one.state]}</p>'
        )
    )
    link, out, way = st.columns(3)
    said = "New invitation" if one.state == "invited" else "Link for a new password"
    if one.state != "blocked" and link.button(said, key=f"link-{one.person.id}"):
        _, token = invitations.new_link(store, person, one.person, now())
        _keep([(one.person.name, token)])
    if one.n_sessions and out.button("Sign out everywhere", key=f"out-{one.person.id}"):
        invitations.end_sessions(store, person, one.person, now())
        st.rerun()
    if one.person.id == person.id:
        return
    if one.state == "blocked":
        if way.button("Let in again", key=f"in-{one.person.id}"):
            invitations.unblock(store, person, one.person, now())
            st.rerun()
    elif way.button("Block", key=f"block-{one.person.id}"):
        invitations.block(store, person, one.person, now())
        st.rerun()
