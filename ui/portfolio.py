"""Choose replies for supervision and take them along as one printable page."""

import streamlit as st

from practice import attempts, portfolio
from practice.worker import now
from ui import resources, state
from ui.style import block, card, safe

N_OFFERED = 100
N_MOST = 12
MAX_QUESTION_CHARS = 1000


def page() -> None:
    """Shows the choice and offers the page for download."""
    st.title("Portfolio for supervision")
    store = resources.store()
    mine = [
        one
        for one in attempts.newest(store, state.person(), N_OFFERED)
        if one.state in ("scored", "unscored")
    ]
    if not mine:
        st.info("Nothing here yet. Once you have made a reply, you can choose it here.")
        return
    by_id = {one.id: one for one in mine}
    titles = {}
    for one in mine:
        scenario = attempts.scenario_answered(store, one)
        when = one.created_at.astimezone().strftime("%d %b, %H:%M")
        again = ", again" if one.retry_of else ""
        titles[one.id] = f"{scenario.client.name}: {scenario.title} ({when}{again})"
    st.caption(
        "Choose the replies you want to talk over: those that puzzle you are worth more than those"
        " that went best. Nothing is sent anywhere; you keep the page and print it."
    )
    chosen = st.multiselect(
        "Replies",
        list(titles),
        format_func=titles.__getitem__,
        max_selections=N_MOST,
        placeholder="Choose one or more",
    )
    name = st.text_input("Your name, as it should stand on the page", max_chars=80)
    question = st.text_area("What would you like to talk over?", max_chars=MAX_QUESTION_CHARS)
    if not chosen:
        return
    entries = [portfolio.entry(store, by_id[one]) for one in reversed(chosen)]
    made = portfolio.page(name.strip() or "A trainee", question, entries, now())
    st.download_button(
        "Take the portfolio along",
        made,
        file_name="portfolio.html",
        mime="text/html",
        type="primary",
        width="stretch",
    )
    listed = "".join(f"<li>{safe(titles[one])}</li>" for one in chosen)
    block(
        card(
            f'<div class="eyebrow">On the page</div><ul>{listed}</ul><p class="muted">Open the file'
            " in any browser and print it, or save it as PDF from the print window.</p>"
        )
    )
