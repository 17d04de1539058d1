"""Colleagues' replies to a client, for those who have tried it themselves."""

import streamlit as st

from practice import examples
from practice.worker import now
from ui import resources, sound, visitor
from ui.style import block, card, safe


def show(scenario: str) -> None:
    """Shows the examples of a client that the person may see; nothing if there are none."""
    if not visitor.accounts_on():
        return
    found = examples.of_scenario(resources.store(), visitor.current(), scenario, now())
    if not found:
        return
    own, theirs = [one for one in found if one.own], [one for one in found if not one.own]
    n = len(theirs)
    _listed("A colleague’s reply" if n == 1 else f"Colleagues’ replies ({n})", theirs)
    _listed(f"Your repl{'y' if len(own) == 1 else 'ies'} that others can learn from", own)


def _listed(title: str, found: list[examples.Shown]) -> None:
    if not found:
        return
    with st.expander(title):
        for one in found:
            whose = "Your own reply, as others see it" if one.own else "A colleague’s reply"
            block(
                card(
                    f'<div class="eyebrow">{whose}</div><p>{safe(one.text)}</p>'
                    f'<p class="muted">What a supervisor sees in it: {safe(one.why)}</p>'
                )
            )
            if one.heard:
                sound.play_from(f"/account/example/{one.id}")
