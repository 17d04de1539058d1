"""Your data: what you agreed to, who looked, download everything, delete one or all."""

import streamlit as st

from practice import accounts, attempts, audit, consent, privacy, retention
from practice.attempts import Attempt
from practice.consent import MEANS, PURPOSES
from practice.worker import now
from ui import resources, sound, state, visitor
from ui.style import block, card, plain, safe

DID = {
    "see_attempt": "heard or read a reply",
    "see_machine_score": "saw a score",
    "review": "reviewed a reply",
    "see_review": "saw a review",
    "correct_transcript": "corrected the words of a reply",
    "answer_contest": "answered what you contested",
    "ask_example": "asked to show a reply of yours as an example",
    "see_example": "heard a reply that you gave as an example",
    "see_completion": "saw which vignettes you have tried",
    "count_in_figures": "read figures in which you count, with four others or more",
    "assign": "assigned something",
    "manage_people": "changed something on your account (a link, a block, who supervises you)",
    "invited": "invited you",
    "put in a cohort": "put you in a cohort",
    "took out of a cohort": "took you out of a cohort",
    "blocked": "blocked your account",
    "unblocked": "let you in again",
    "made a link to invite": "made you a link to begin",
    "made a link to reset": "made you a link for a new password",
    "signed out everywhere": "signed you out everywhere",
    "research_export": "put your scores and words, without your name, in a research export",
    "research_export_with_audio": "made a research export with the scores and words, without names,"
    " of those who agreed, and with the recordings of those who agreed to that too",
    "deleted a recording": "deleted a recording whose time was over",
}
KEPT_FOR = {
    "practice": "you practise with it",
    "supervision": "you submitted it for review",
    "research": "it may be part of research",
}
N_LISTED = 50


def page() -> None:
    """Shows the page."""
    st.title("Your data")
    _consents()
    _who_looked()
    _recordings()
    st.header("Take it with you")
    st.caption("Recordings, words, scores, reviews and who looked, as one zip file.")
    if st.button("Make the file"):
        data = privacy.download(resources.store(), visitor.current(), state.person(), now())
        st.download_button(
            "Download everything about me", data, "between-sessions.zip", "application/zip"
        )
    _delete_one()
    _delete_all()


def _consents() -> None:
    st.header("What you agree to")
    store, person = resources.store(), visitor.current()
    for purpose in PURPOSES:
        given = consent.given_by(store, person.id, purpose)
        wanted = st.checkbox(MEANS[purpose], value=given, key=f"consent-{purpose}-{given}")
        if wanted != given:
            (consent.give if wanted else consent.take_back)(store, person, purpose, now())
            st.rerun()


def _recordings() -> None:
    st.header("How long your recordings are kept")
    days = retention.keep_days()
    st.caption(
        f"A recording is deleted by itself {_long(days['practice'])} after you made it,"
        f" {_long(days['supervision'])} after if you submitted it for review, and"
        f" {_long(days['research'])} after if your recordings may be part of research. Your words"
        " and scores stay until you delete them."
    )
    store = resources.store()
    trouble = store.key_trouble()
    if trouble is not None:
        st.warning(sound.plainly(trouble))
    kept = [
        (one, found)
        for one in attempts.newest(store, state.person(), N_LISTED)
        if one.recording is not None and (found := retention.kept(store, one, days)) is not None
    ]
    if not kept:
        st.caption("No recording of yours is kept.")
        return
    rows = "".join(
        f"<li>{safe(_made(one))}<br>kept until <b>{found.until.astimezone():%d %B %Y}</b>,"
        f" because {KEPT_FOR[found.purpose]}</li>"
        for one, found in kept
    )
    label = "1 recording" if len(kept) == 1 else f"{len(kept)} recordings"
    with st.expander(f"{label}, and until when each is kept"):
        block(f"<ul>{rows}</ul>")


def _long(days: int) -> str:
    years, rest = divmod(days, 365)
    if rest or not years:
        return "1 day" if days == 1 else f"{days} days"
    return "a year" if years == 1 else f"{years} years"


def _made(attempt: Attempt) -> str:
    title = attempts.scenario_answered(resources.store(), attempt).title
    return f"{attempt.created_at.astimezone():%d %B %Y, %H:%M}: {title}"


def _who_looked() -> None:
    st.header("Who looked")
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
    st.header("Delete one reply")
    store = resources.store()
    own = attempts.newest(store, state.person(), N_LISTED)
    if not own:
        st.caption("You have no replies here.")
        return
    titles = {one.id: _made(one) for one in own}
    picked = st.selectbox("Which one?", list(titles), format_func=titles.__getitem__, index=None)
    if picked and st.button("Delete it, its recording and its scores for good"):
        privacy.delete_attempt(store, visitor.current(), picked, now())
        st.rerun()


def _delete_all() -> None:
    st.header("Delete everything")
    st.caption("Your account and all of the above. This cannot be undone.")
    name = visitor.current().name
    typed = st.text_input(
        f"To go on, write your name: {plain(name)}", max_chars=accounts.MAX_NAME_CHARS
    )
    if st.button("Delete everything about me", disabled=typed.strip() != name):
        privacy.delete_person(resources.store(), visitor.current(), state.person(), now())
        st.rerun()
