"""The pages, and for whom each is; run anew for every person and every touch of a widget."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from practice import access, consent
from practice.access import AccessError
from practice.accounts import AccountError, Person, Role
from ui import (
    about,
    agreement_page,
    asked,
    attempts,
    author,
    classes,
    guard,
    items,
    library,
    people_page,
    portfolio,
    practise,
    presses,
    privacy_page,
    progress,
    resources,
    reviewing,
    server,
    start,
    style,
    visitor,
)
from ui.style import block, plain, safe

Needs = Role | None  # None: everybody, also alone on one's own computer


@dataclass(frozen=True)
class Entry:
    """A page: what shows it, what it is called, its address, and the role it is for."""

    show: Callable[[], None]
    title: str
    path: str
    needs: Needs = None
    about: str = ""  # what is there, for those who start elsewhere
    alone: bool = True  # whether it is there for somebody alone on their own computer
    also: Role | None = None  # a second role that it is for
    keeps: bool = False  # whether something is kept there, which needs consent to practice


PAGES: tuple[Entry, ...] = (
    Entry(practise.page, "Practise", "practise", "trainee", "hear a client and answer", keeps=True),
    Entry(asked.page, "Asked of you", "asked", "trainee", "what is due", alone=False),
    Entry(library.page, "Library", "library", about="every client there is"),
    Entry(attempts.page, "Your attempts", "attempts", "trainee", "every reply of yours"),
    Entry(progress.page, "Your progress", "progress", "trainee", "how it has gone over time"),
    Entry(portfolio.page, "Portfolio", "portfolio", "trainee", "replies of yours, to print"),
    Entry(reviewing.page, "Reviews", "reviews", "supervisor", "what was submitted", alone=False),
    Entry(
        classes.page,
        "Cohorts",
        "cohorts",
        "instructor",
        "who learns together, what is asked of them, how far they are",
        alone=False,
    ),
    Entry(
        items.page,
        "Vignettes in use",
        "vignettes",
        "instructor",
        "which are hard, and what is left out",
        alone=False,
    ),
    Entry(
        people_page.page,
        "People",
        "people",
        "instructor",
        "invite, name supervisors, give links for a new password",
        alone=False,
    ),
    Entry(
        agreement_page.page,
        "Agreement",
        "agreement",
        "supervisor",
        "how far the machine and supervisors agree",
        alone=False,
        also="instructor",
    ),
    Entry(author.page, "Write a client", "author", "instructor", "vignettes and sets of your own"),
    Entry(about.page, "How it decides", "about", about="what is scored, how far to trust it"),
    Entry(
        privacy_page.page,
        "Your data",
        "privacy",
        about="what you agreed to, who looked, download, delete",
        alone=False,
    ),
)


def pages_for(person: Person, *, alone: bool) -> list[Entry]:
    """Returns the pages of somebody with these roles, in order; alone, whatever is one's own."""
    if alone:
        return [one for one in PAGES if one.alone]
    return [one for one in PAGES if one.needs is None or {one.needs, one.also} & person.roles]


def run() -> None:
    """Shows the page that the address names, if it is for whoever is at the screen."""
    st.set_page_config(
        page_title="Between Sessions",
        page_icon="🌿",
        layout="centered",
        initial_sidebar_state="auto",
    )
    style.apply()
    presses.keep()
    if not resources.ready():
        return
    person = visitor.enter()
    if person is None:
        st.title("You are signed out")
        where = server.at(guard.SIGN_IN)
        block(f'<p><a href="{where}" target="_self">Sign in again</a></p>')
        return
    alone = not visitor.accounts_on()
    (trouble,) = resources.key_trouble()
    if trouble is not None and access.may(resources.store(), person, "author", access.EVERYONE):
        st.warning(trouble)
    entries = pages_for(person, alone=alone)
    # The first page has no address of its own in Streamlit, so it must be the same for everybody.
    if "trainee" not in person.roles:
        entries.insert(0, Entry(_start, "Start", ""))
    pages = [
        st.Page(one.show, title=one.title, url_path=one.path, default=index == 0)
        for index, one in enumerate(entries)
    ]
    chosen = st.navigation(pages, position="top")
    if not alone:
        _who(person)
    entry = entries[[page.title for page in pages].index(chosen.title)]
    if entry.keeps and not alone and not consent.given_by(resources.store(), person.id, "practice"):
        st.title("Practice is paused")
        st.info(
            "You took back your consent to replies being kept, so nothing can be practised. You can"
            " give it again under “Your data”."
        )
        return
    try:
        chosen.run()
    except (AccessError, AccountError) as exc:
        st.info(plain(str(exc)))


def _start() -> None:
    """Shows those who do not practise what they can do here."""
    person = visitor.current()
    found = pages_for(person, alone=False)
    own_first = sorted(found, key=lambda one: one.needs is None)
    start.show(person, [(one.path, one.title, one.about) for one in own_first])


def _who(person: Person) -> None:
    block(
        f'<p class="muted who">{safe(person.name)} ·'
        f' <a href="{server.at("/account")}" target="_self">Account and sign out</a></p>'
    )
