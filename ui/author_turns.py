"""What the client may say next: a line for each way a reply may go, and what that way is."""

from typing import Any

import streamlit as st

from practice import drafts
from practice.bank import Entry
from scoring.rubric import BEHAVIOURS, WATCH_OUTS
from ui import author_clip, state
from ui.author_fields import key, many

STANCES = {
    "pushes_harder": "They push harder",
    "opens": "They open up",
    "holds_back": "They hold back",
}


def show(entry: Entry, may_record: bool) -> list[dict[str, Any]]:
    """Shows the client's next lines, and returns them; none while the client does not answer back.

    Args:
        entry: the scenario.
        may_record: whether new recordings may be given.
    """
    was: list[dict[str, Any]] = entry.draft["follow_ups"]
    on = st.toggle(
        "The client answers back (two turns)", value=bool(was), key=key(entry, "two-turns")
    )
    if not on:
        if was:
            state.put_by(entry.id, was)  # a slip of the finger loses nothing
        return []
    if not was:
        return state.put_by(entry.id) or drafts.NEXT_LINES
    st.caption(
        "After the first reply the trainee can hear one of these: the first whose conditions the"
        " reply meets, and the last where none does."
    )
    return [_line(entry, n, one, n == len(was) - 1, may_record) for n, one in enumerate(was)]


def _line(
    entry: Entry, n: int, was: dict[str, Any], last: bool, may_record: bool
) -> dict[str, Any]:
    field = f"follow_ups.{n}"
    names: dict[str, str] = {name: about.name for name, about in BEHAVIOURS.items()}
    names |= {name: about.name for name, about in WATCH_OUTS.items()}
    with st.container(border=True):
        st.subheader(STANCES[was["stance"]])
        made = dict(was)
        if last:
            st.caption("Said where nothing above fits.")
        else:
            made["when_all"] = many(entry, f"{field}.when_all", "When the reply does all of", names)
            made["when_any"] = many(
                entry, f"{field}.when_any", "and any of" if made["when_all"] else "Any of", names
            )
        made["clip"] = author_clip.line(entry, f"{field}.clip", may_record)
    return made
