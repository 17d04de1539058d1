"""The instructor's people: invite, give a new link, name supervisors, block."""

from collections.abc import Sequence
from typing import TypeVar
from urllib.parse import urlsplit

import streamlit as st

from practice import access, invitations, invite_list, serving, users
from practice.accounts import MAX_NAME_CHARS, ROLES, AccountError, sign_in_name
from practice.invitations import Member
from practice.worker import now
from ui import resources, server, state, visitor
from ui.style import block, card, plain, safe

N_SHOWN = 30  # a cohort
Found = TypeVar("Found")
STATES = {"invited": "invited, has not begun yet", "active": "active", "blocked": "blocked"}


def page() -> None:
    """Shows the page."""
    st.title("People")
    _links()
    _invite()
    members = invitations.members(resources.store(), visitor.current(), now())
    named = ""
    if len(members) > N_SHOWN:
        named = sign_in_name(st.text_input("Find people by name", max_chars=MAX_NAME_CHARS))
    _supervision(members, named)
    st.header("Everybody")
    for one in _first([one for one in members if named in sign_in_name(one.person.name)]):
        _member(one)


def _first(found: Sequence[Found]) -> Sequence[Found]:
    """As many as can be looked through; where there are more, says how to find them."""
    if len(found) > N_SHOWN:
        st.caption(
            f"The first {N_SHOWN} of {len(found)} are shown. To find others, write part of a name"
            " under “Find people by name”."
        )
    return found[:N_SHOWN]


def _links() -> None:
    """Shows the links just made; only this once, as only their sha256 is kept."""
    made: list[tuple[str, str]] = st.session_state.get(state.LINKS, [])
    if not made:
        return
    st.success("Give each person their own link. Each works once. They are shown only now.")
    where = server.seen_at(st.context.url)
    st.code(
        "\n".join(f"{name}: {users.link(token, where)}" for name, token in made),
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
    where = server.seen_at(st.context.url)
    if serving.known_url() is None and serving.is_loopback(urlsplit(where).hostname):
        st.caption(
            f"Links made here begin with `{where}`, which others cannot open until"
            f" {serving.URL} is set to an address of this server that they can reach."
        )
    one, many = st.tabs(["One person", "A list"])
    store, person = resources.store(), visitor.current()
    with one, st.form("invite", clear_on_submit=True):
        name = st.text_input("Name", max_chars=MAX_NAME_CHARS)
        roles = st.multiselect("What they are here", ROLES, default=["trainee"])
        if st.form_submit_button("Make an invitation"):
            try:
                invited, token = invitations.invite(store, person, name, roles, now())
            except AccountError as exc:
                st.warning(plain(str(exc)))
            else:
                _keep([(invited.name, token)])
    with many:
        _invite_many()


def _invite_many() -> None:
    st.markdown(
        "A line for each person: the name, then what they are here. Without a role they are a"
        " trainee. A first line “name, role” may stand there or not."
    )
    st.code("name, role\nAda Quist\nBo Ek, supervisor\nIda Lund, instructor supervisor", None)
    with st.form("invite-many"):  # not cleared: a wrong line loses nothing of what was written
        given = st.file_uploader("A CSV file from a spreadsheet", type=["csv", "txt"])
        text = st.text_area(
            "Or write the list here", max_chars=invite_list.MAX_BYTES, key=state.widget_key("list")
        )
        if not st.form_submit_button("Make the invitations"):
            return
        if given is not None and text.strip():
            st.warning("There is a file and a list; please leave one of them out.")
            return
        try:
            listed = text if given is None else invite_list.text_of(given.getvalue())
            made = invitations.invite_many(resources.store(), visitor.current(), listed, now())
        except invite_list.ListError as exc:
            st.warning("Nobody has been invited yet. Please mend this first:")
            block("<ul>" + "".join(f"<li>{safe(one)}</li>" for one in exc.problems) + "</ul>")
            return
    state.renew()
    _keep([(found.name, token) for found, token in made])


def _supervision(members: Sequence[Member], named: str) -> None:
    st.header("Who supervises whom")
    store, person = resources.store(), visitor.current()
    learners = {one.person.id: one.person for one in members if "trainee" in one.person.roles}
    guides = {one.person.id: one.person for one in members if "supervisor" in one.person.roles}
    pairs = access.supervisions(store, person, now())
    looked_for = [pair for pair in pairs if any(named in sign_in_name(one.name) for one in pair)]
    for trainee, supervisor in _first(looked_for):
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
                st.warning(plain(str(exc)))
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
