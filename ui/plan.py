"""An optional last step: write down what the client would take home; checked, never scored."""

import streamlit as st

from practice import outcomes, plans
from practice.attempts import Attempt
from practice.plans import PART_CHARS, PARTS, Part, Plan
from practice.worker import now
from scenarios.models import Scenario
from ui import resources, state
from ui.style import block, card, plain, safe

QUESTIONS: dict[Part, str] = {
    "what": "What",
    "when": "When",
    "where": "Where",
    "how_long": "How long, or how much",
    "why": "Why: what it is for",
    "what_if": "What if it gets hard",
}


def offer(scenario: Scenario, attempt: Attempt) -> None:
    """Shows the form, with what is still open in the plan last kept."""
    store = resources.store()
    if attempt.person != state.person() or attempt.state != "scored":
        return
    score = outcomes.score_of(store, attempt)
    kept = plans.of_attempt(store, attempt.id)
    name = scenario.client.name
    with st.expander(
        f"Write the plan {plain(name)} would take home (optional)", expanded=bool(kept)
    ):
        st.caption(
            "A few words each, in plain language, as if on a card for the fridge. It is checked for"
            " gaps against what you said, and never scored."
        )
        with st.form(f"plan-{attempt.id}", border=False):
            written = {
                part: st.text_input(
                    QUESTIONS[part],
                    value=kept.part(part) if kept else "",
                    max_chars=PART_CHARS,
                    key=f"plan-{part}-{attempt.id}",
                )
                for part in PARTS
            }
            if st.form_submit_button("Keep this plan"):
                kept = Plan.model_validate(written)
                plans.keep(store, attempt.id, kept, now())
        if kept is None:
            return
        open_parts = plans.remarks(kept, plans.said_aloud(score) if score else {})
        if not open_parts:
            block(card(f"<p>Nothing is open: {safe(name)} could go home with this.</p>", "keep"))
            return
        alike: dict[str, list[str]] = {}  # what is said of several parts is said once
        for part, said in open_parts:
            alike.setdefault(said, []).append(QUESTIONS[part])
        rows = "".join(
            f'<p><span class="name">{" · ".join(parts)}.</span> {safe(said)}</p>'
            for said, parts in alike.items()
        )
        block(card(f'<div class="eyebrow">Still open</div>{rows}'))
