"""Your data: what you agreed to, who looked, download everything, delete one or all."""

import streamlit as st

from practice import accounts, attempts, audit, consent, privacy
from practice.consent import MEANS, PURPOSES
from practice.worker import now
from ui import resources, state, visitor
from ui.style import block, card, safe

DID = {
    "see_attempt": "heard or read a reply",
    "see_machine_score": "saw a score",
    "review": "reviewed a reply",
    "see_review": "saw a review",
    "correct_transcript": "corrected the words of a reply",
    "answer_contest": "answered what you contested",
    "ask_example": "asked to show a reply to others as an example, or to show it no more",
    "see_example": "heard a reply that you gave as an example",
    "see_completion": "saw which vignettes you have tried",
    "assign": "assigned something",
    "manage_people": "looked after your account",
    "invited": "invited you",
    "put in a cohort": "put you in a cohort",
    "took out of a cohort": "took you out of a cohort",
    "blocked": "blocked your account",
    "unblocked": "let you in again",
    "made a link to invite": "made you a link to begin",
    "made a link to reset": "made you a link for a new password",
    "signed out everywhere": "signed you out everywhere",
}
N_LISTED = 50


def page() -> None:
    """Shows the page."""
    st.title("Your data")
    _consents()
    _who_looked()
    st.subheader("Take it with you")
    st.caption("Recordings, words, scores, reviews and who looked, as one zip file.")
    if st.button("Make the file"):
        data = privacy.download(resources.store(), visitor.current(), state.person(), now())
        st.download_button(
            "Download everything about me", data, "between-sessions.zip", "application/zip"
        )
    _delete_one()
    _delete_all()


def _consents() -> None:
    st.subheader("What you agree to")
    store, person = resources.store(), visitor.current()
    for purpose in PURPOSES:
        given = consent.given_by(store, person.id, purpose)
        wanted = st.checkbox(MEANS[purpose], value=given, key=f"consent-{purpose}-{given}")
        if wanted != given:
            (consent.give if wanted else consent.take_back)(store, person, purpose, now())
            st.rerun()
    days = privacy.keep_days()
    st.caption(
        f"Recordings are deleted by themselves after {days['practice']} days, or"
        f" {days['supervision']} if you submitted them for review. Your words and scores stay until"
        " you delete them."
    )


def _who_looked() -> None:
    st.subheader("Who looked")
    store = resources.store()
    looks = audit.about(store, state.person(), N_LISTED)
    if not looks:
        st.caption("Nobody but you has looked at anything of yours.")
        return
    rows = "".join(
        f"<li>{one.at.astimezone():%d %B %Y, %H:%M} · {safe(_name(one.actor))}:"
        f" {safe(DID.get(one.action, one.action))}"
        f"{'' if one.allowed else ' <b>(was refused)</b>'}</li>"
        for one in looks
    )
    block(card(f"<ul>{rows}</ul>"))


def _name(person: str) -> str:
    if person in ("shell", "retention"):
        return {"shell": "the server’s administrator", "retention": "the retention clock"}[person]
    try:
        return accounts.get(resources.store(), person).name
    except accounts.AccountError:
        return "somebody who has left"


def _delete_one() -> None:
    st.subheader("Delete one reply")
    store = resources.store()
    own = attempts.newest(store, state.person(), N_LISTED)
    if not own:
        st.caption("You have no replies here.")
        return
    titles = {
        one.id: f"{one.created_at.astimezone():%d %B %Y, %H:%M}: "
        f"{attempts.scenario_answered(store, one).title}"
        for one in own
    }
    picked = st.selectbox("Which one?", list(titles), format_func=titles.__getitem__, index=None)
    if picked and st.button("Delete it, its recording and its scores for good"):
        privacy.delete_attempt(store, visitor.current(), picked, now())
        st.rerun()


def _delete_all() -> None:
    st.subheader("Delete everything")
    st.caption("Your account and all of the above. This cannot be undone.")
    name = visitor.current().name
    typed = st.text_input(f"To go on, write your name: {name}")
    if st.button("Delete everything about me", disabled=typed.strip() != name):
        privacy.delete_person(resources.store(), visitor.current(), state.person(), now())
        st.rerun()
