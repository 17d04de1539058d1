"""The library: every client there is, to search, to look at more closely, and to practise with."""

from collections.abc import Mapping

import streamlit as st

from practice import shelf
from scenarios.models import Scenario
from ui import client, colleagues, resources, set_run, state
from ui.style import block, plain, safe

MAX_SEARCH_CHARS = 200
N_SHOWN = 12  # at first, and more at a press
APPROACHES = {
    "cognitive-behavioural": "Cognitive-behavioural",
    "psychodynamic": "Psychodynamic",
    "humanistic-experiential": "Humanistic-experiential",
}
LEVELS = {"beginner": "Beginner", "intermediate": "Intermediate", "advanced": "Advanced"}


def page() -> None:
    """Shows the library."""
    st.title("Library")
    set_run.offer()
    library = resources.library()
    durations_s = _durations_s(library)
    found = shelf.matching(library.values(), durations_s, _wanted())
    st.caption(
        f"{len(found)} of {len(library)} clients"
        if len(found) < len(library)
        else f"{len(library)} clients"
    )
    if not found:
        st.info("No client fits all of that. Take a filter away, or search for fewer words.")
    mine = shelf.times_practised(resources.store(), state.person())
    everyone = shelf.times_practised(resources.store())
    n_shown = state.n_shown(N_SHOWN)
    for one in found[:n_shown]:
        _card(one, durations_s.get(one.id), mine.get(one.id, 0), everyone.get(one.id, 0))
    if len(found) > n_shown and st.button(f"Show {len(found) - n_shown} more", width="stretch"):
        state.show_all()
        st.rerun()


def _durations_s(library: Mapping[str, Scenario]) -> dict[str, float]:
    clips = {name: resources.clip(one.clip.id) for name, one in library.items()}
    return {name: clip.duration_s for name, clip in clips.items() if clip is not None}


def _wanted() -> shelf.Wanted:
    words = st.text_input(
        "Search",
        placeholder="A name, a problem, an activity…",
        key=state.LIBRARY + "words",
        max_chars=MAX_SEARCH_CHARS,
    )
    with st.expander("Filters"):
        challenges = _pick("What makes it hard", client.CHALLENGES)
        phases = _pick("Where in the conversation", client.PHASES)
        levels = _pick("Difficulty", LEVELS)
        approaches = _pick("Approach", APPROACHES)
        lengths = _pick(
            "How long the client speaks",
            {name: text[0].upper() + text[1:] for name, text in shelf.LENGTHS.items()},
        )
        two = st.toggle("Only clients who answer back (two turns)", key=state.LIBRARY + "two")
    return shelf.Wanted(words, challenges, phases, levels, approaches, lengths, two)


def _pick(label: str, names: Mapping[str, str]) -> frozenset[str]:
    picked = st.pills(
        label,
        list(names),
        selection_mode="multi",
        format_func=lambda name: names[name],
        key=state.LIBRARY + label,
    )
    return frozenset(picked)


def _card(one: Scenario, duration_s: float | None, n_mine: int, n_all: int) -> None:
    length = "" if duration_s is None else f" · {duration_s:.0f} seconds"
    turns = " · two turns" if one.follow_ups else ""
    with st.container(border=True, key=f"card-{one.id}"):
        block(
            f'<div class="eyebrow">{client.kind(one)}{length}{turns}</div>'
            f'<p class="name">{safe(one.client.name)}, {one.client.age}: {safe(one.title)}</p>'
            f"<p>{safe(_capital(one.client.presenting_problem))}.</p>"
            '<p><span class="muted">What to practise:</span>'
            f" {safe(one.learning_goal.rstrip('.'))}.</p>"
            f'<p class="muted">{_practised(n_mine, n_all)}</p>'
            f'<p><a class="go" href="{state.link_to(one.id)}">Practise with'
            f" {safe(one.client.name)}</a></p>"
        )
        if st.toggle(
            f"Look closer at {plain(one.client.name)}", key=f"{state.LIBRARY}look-{one.id}"
        ):
            client.context(one, goal=True)
            client.listen(one)
            colleagues.show(one.id)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".")


def _practised(n_mine: int, n_all: int) -> str:
    mine = f"You have practised with them {_times(n_mine)}" if n_mine else "New to you"
    return mine if n_all == n_mine else f"{mine} · everyone here: {_times(n_all)}"


def _times(n: int) -> str:
    return {1: "once", 2: "twice"}.get(n, f"{n} times")
