"""How it decides: what is scored, how far it agrees with people, what it cannot judge, privacy."""

import streamlit as st

from practice import calibrations
from scoring.report import agreement_in_words
from scoring.rubric import BEHAVIOURS, DIMENSIONS, WATCH_OUTS
from ui import adjusting, resources, supervision, visitor
from ui.style import block, safe
from ui.style import card as framed


def page() -> None:
    """Shows the page."""
    st.title("How it decides")
    st.markdown(
        "Your recording is written down by Whisper, a speech recogniser, on"
        f" **{visitor.place()}**. The words are cut into phrases, and a model looks in each for the"
        " behaviours below. From what it finds it estimates three scores from 0 to 4, each with a"
        " likely range."
    )
    st.header("How far to trust it")
    st.markdown(agreement_in_words())
    st.markdown(
        "It was trained on replies that **language models wrote and labelled**, not on trainees or"
        " clinicians. It reads words only: it does not hear tone, warmth or timing. It is for"
        " practice and for talking over with a supervisor. It is **not a grade**, and it should not"
        " be used to select, pass or rank anyone."
    )
    if visitor.accounts_on():
        supervision.agreement()
    used = calibrations.active(resources.store())
    if visitor.accounts_on() or used is not None:
        block(framed(adjusting.in_use(used, resources.store())))
    st.header("What it looks for")
    for dimension, about in DIMENSIONS.items():
        rows = "".join(
            f"<li><span class='name'>{safe(one.name)}</span>: {safe(one.does)}</li>"
            for one in BEHAVIOURS.values()
            if one.dimension == dimension
        )
        block(framed(f'<p class="name">{safe(about.name)}</p><ul>{rows}</ul>'))
    rows = "".join(
        f"<li><span class='name'>{safe(one.name)}</span>: {safe(one.does)}</li>"
        for one in WATCH_OUTS.values()
    )
    block(framed(f'<p class="name">Worth a second look</p><ul>{rows}</ul>'))
    st.header("Where your words are kept")
    where = f"Recordings, transcripts and scores are in one folder on {visitor.place()}"
    if visitor.accounts_on():  # where on the server that is, is nobody else's business
        st.markdown(f"{where}, and go nowhere else.")
    else:
        st.markdown(f"{where} and go nowhere else:")
        st.code(str(resources.store().folder), language=None, wrap_lines=True)
    st.header("Sources")
    st.markdown(
        "Ryum & Kazantzis (2024), doi:10.32872/cpe.12607. Kazantzis, Arntz, Borkovec, Holmes & Wade"
        " (2010), doi:10.1375/bech.27.3.119. What is looked for is informed by the areas that"
        " two measures of therapist behaviour (HAACS and HSTBS) name; it is neither of them, and"
        " has no items of theirs."
    )
