"""Where those begin who do not practise: what waits for them, then what they can do here."""

from collections.abc import Sequence

import streamlit as st

from practice import cohorts, review_records, reviews
from practice.accounts import Person
from practice.worker import now
from ui import resources, server
from ui.style import block, card, safe

BEGIN = (
    ("people", "invite people"),
    ("cohorts", "make a cohort of your trainees"),
    ("cohorts", "ask the cohort for something"),
)


def show(person: Person, pages: Sequence[tuple[str, str, str]]) -> None:
    """Shows the page.

    Args:
        person: whose it is.
        pages: the path, title and contents of each page that is theirs, in order.
    """
    st.title("Between Sessions")
    if "supervisor" in person.roles:
        _replies(person)
    if "instructor" in person.roles and not cohorts.of_instructor(resources.store(), person, now()):
        steps = "".join(f"<li>{_link(path, words)}</li>" for path, words in BEGIN)
        block(card(f'<p class="name">Begin here</p><ol>{steps}</ol>', "keep"))
    for path, title, about in pages:
        block(card(f"{_link(path, title)}: {safe(about)}"))


def _replies(person: Person) -> None:
    store = resources.store()
    waiting = [review for review, _ in reviews.queue(store, person)]
    contested = sum(review_records.open_contest(store, one) is not None for one in waiting)
    said = f'<p class="name">{_link("reviews", waiting_words(len(waiting), contested))}</p>'
    block(card(said, "keep") if waiting else card("<p>No reply waits for you.</p>"))


def waiting_words(n: int, n_contested: int) -> str:
    """Returns how many replies wait for a supervisor, as a sentence."""
    contested = f", {n_contested} contested" if n_contested else ""
    return f"{n} {'reply waits' if n == 1 else 'replies wait'} for you{contested}"


def _link(path: str, words: str) -> str:
    return f'<a href="{server.at(f"/{path}")}" target="_self">{safe(words)}</a>'
