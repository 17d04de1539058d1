"""Clients of one's own: begin one, open one, and carry sets of them from place to place."""

from functools import partial

import streamlit as st

from practice import bank, drafts, exchange
from practice.access import NOT_YOURS, AccessError
from practice.bank import BankError
from practice.parcel import SetError
from practice.store import StoreError
from practice.worker import now
from scenarios.load import faults
from scenarios.models import LINE_CHARS, PROSE_CHARS, ScenarioSet
from ui import author_form, resources, state, visitor
from ui.style import block, card, plain, safe


def page() -> None:
    """Shows the client being written, or the list of them."""
    if not visitor.may_author():
        raise AccessError(NOT_YOURS)
    named = state.editing()
    entry = None if named is None else bank.find(resources.store(), named)
    if entry is not None:
        author_form.show(entry)
        return
    if named is not None:
        st.info(f"There is no client “{plain(named)}” of yours here. These are the ones there are.")
    st.title("Write a client")
    st.markdown(
        "Make a client of your own: the moment, the line they say, and what a good reply needs. "
        "Nobody sees it until you publish it."
    )
    _begin()
    _list()
    _sets()


def _begin() -> None:
    library = resources.library()
    with st.form("begin", border=True):
        title = st.text_input(
            "Title", placeholder="A few of the client's own words", max_chars=LINE_CHARS
        )
        like = st.selectbox(
            "Begin from",
            [None, *sorted(library, key=lambda one: library[one].client.name)],
            format_func=lambda one: (
                "A blank page"
                if one is None
                else f"A copy of {library[one].client.name}: {library[one].title}"
            ),
        )
        if st.form_submit_button("Begin", type="primary"):
            try:
                entry = bank.create(
                    resources.store(),
                    visitor.current(),
                    title,
                    now(),
                    shipped=resources.shipped(),
                    like=None if like is None else library[like],
                )
            except (BankError, StoreError) as exc:
                st.error(plain(str(exc)))
                return
            state.edit(entry.id)
            st.rerun()


def _list() -> None:
    entries = bank.entries(resources.store(), visitor.current(), now())
    if entries:
        st.header("Your clients", divider="gray")
    for entry in entries:
        name = entry.draft["client"]["name"] or "No name yet"
        version = f", version {entry.version}" if entry.version else ""
        with st.container(key=f"own-{entry.id}"):
            block(
                card(
                    f'<div class="eyebrow">{author_form.STATES[entry.state].capitalize()}{version}'
                    f" · changed {entry.changed_at.astimezone():%d %B %Y, %H:%M}</div>"
                    f'<p class="name">{safe(name)}: {safe(entry.draft["title"])}</p>'
                )
            )
            if st.button(f"Open “{plain(entry.draft['title'])}”", key=f"open-{entry.id}"):
                state.edit(entry.id)
                st.rerun()


def _sets() -> None:
    st.header("Sets", divider="gray")
    store, library, person = resources.store(), resources.library(), visitor.current()
    for one in resources.sets().values():
        count = sum(name in library for name in one.scenarios)
        left, right = st.columns([3, 1], vertical_alignment="center")
        left.markdown(f"**{plain(one.title)}** · {_clients(count)}")
        right.download_button(
            "Export",
            partial(
                exchange.write, store, person, one, library, now()
            ),  # made only when it is asked for
            file_name=f"{one.id}.zip",
            mime="application/zip",
            key=f"export-{one.id}",
            on_click="ignore",
            width="stretch",
        )
    with st.expander("Make a set"):
        _make_set()
    with st.expander("Bring in a set from a file"):
        _bring_in()


def _make_set() -> None:
    library = resources.library()
    with st.form("set", clear_on_submit=False, border=False):
        title = st.text_input("Name of the set", max_chars=LINE_CHARS)
        about = st.text_area("What it is for", height=80, max_chars=PROSE_CHARS)
        names = st.multiselect(
            "Clients, in the order they are practised",
            sorted(library, key=lambda one: library[one].client.name),
            format_func=lambda one: f"{library[one].client.name}: {library[one].title}",
        )
        if not st.form_submit_button("Keep this set"):
            return
    taken = {**resources.sets(), **dict.fromkeys(library)}
    fields = {
        "id": drafts.free_id(title, taken),
        "title": title,
        "description": about,
        "scenarios": names,
    }
    labels = {"title": "Name of the set", "description": "What it is for", "scenarios": "Clients"}
    problems = faults(fields, ScenarioSet)
    if problems:
        for one in problems:
            field = one.split('"')[1]
            st.error(plain(one.replace(f'field "{field}"', f"“{labels.get(field, field)}”", 1)))
        return
    made = ScenarioSet.model_validate(fields)
    bank.keep_set(resources.store(), visitor.current(), made, now())
    st.rerun()


def _bring_in() -> None:
    given = st.file_uploader("The set's file", type=["zip"], key=state.widget_key("set-file"))
    if given is None or not st.button("Bring it in", type="primary"):
        return
    here = exchange.Here(resources.library(), resources.lines(), resources.sets())
    try:
        with st.spinner("Looking through it…"):
            made = exchange.read(
                resources.store(), visitor.current(), given.getvalue(), here, now()
            )
    except SetError as exc:
        st.error("Nothing was brought in. To be mended first:")
        block("<ul>" + "".join(f"<li>{safe(one)}</li>" for one in exc.problems) + "</ul>")
        return
    except StoreError as exc:
        st.error(plain(str(exc)))
        return
    st.success(
        f"“{plain(made.title)}” is here, with {_clients(len(made.scenarios))}, in the library now."
    )


def _clients(n: int) -> str:
    return "1 client" if n == 1 else f"{n} clients"
