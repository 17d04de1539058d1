"""The loop around a reply: its goal, the self-rating, the reaction, and whom to meet next."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Literal

import streamlit as st

from practice import assignments, attempts, outcomes, selfview, set_runs, standings
from practice.attempts import Attempt
from practice.next_client import Suggestion
from practice.schedule import LogRow
from practice.selfview import Reaction, Seen
from practice.worker import now
from scenarios.models import DimensionId, Scenario
from scoring.models import Score
from scoring.rubric import DIMENSIONS
from ui import goal, resources, set_run, state, visitor
from ui.style import block, card, plain, safe

# A reply older than this is only being looked at: nothing is asked about it any more.
ASKED_WITHIN = timedelta(hours=1)
SCALE = ("0 · not at all", "1 · a little", "2 · partly", "3 · mostly", "4 · fully")
QUESTIONS: dict[DimensionId, str] = {
    "rationale": "Did you give a reason for it that fits {name}?",
    "collaboration": "Did you hear {name}, and leave room for other ideas and for a no?",
    "obstacles": "Did you take up what gets in {name}’s way, without blame?",
}
REACTIONS: dict[Reaction, tuple[str, str]] = {
    "too_easy": ("Too easy", "The words came by themselves. I hardly had to think."),
    "good_challenge": ("Good challenge", "I had to work at it, and I could stay with it."),
    "too_hard": ("Too hard", "My mind went blank, I tensed up, or I wanted it to be over."),
}
Beside = Seen | Literal["unclear"]
SEEN: dict[Beside, str] = {
    "within": "within the machine’s likely range",
    "near": "close to what the machine found",
    "above": "more than the machine found",
    "below": "less than the machine found",
    "unknown": "with no score beside it",
    "unclear": "where the machine cannot tell",
}
MOVES = {"up": "Next comes someone harder", "down": "Next comes someone easier"}


def before(scenario: Scenario, earlier: str | None) -> None:
    """Shows the goal of this try and, before the first, offers the examples to a novice."""
    _goal(scenario, earlier)
    closed = assignments.examples_closed(resources.store(), state.person(), scenario.id, now())
    if earlier is None and not closed:
        _examples_first(scenario)


def _goal(scenario: Scenario, earlier: str | None) -> None:
    """Shows the one thing to practise in this try: after feedback, what the feedback said."""
    tried = visitor.own(resources.store(), earlier)
    score = None if tried is None else outcomes.score_of(resources.store(), tried)
    if score is not None and score.status == "scored":
        aim, why = goal.of_change(score.change)
    else:
        aim, why = f"{scenario.learning_goal[0].upper()}{scenario.learning_goal[1:]}.", ""
    block(card(f'<div class="eyebrow">For this try</div><p>{safe(aim)}</p>', "keep"))
    if why:
        with st.expander("Why"):
            block(f"<p>{safe(why)}</p>")


def _examples_first(scenario: Scenario) -> None:
    """Offers a novice the examples before the first try; otherwise they stay hidden until then.

    Source: domain.md, rule 4.
    """
    strong = [one for one in scenario.examples if one.level == "strong"]
    if strong and st.toggle("I’m new to this: show me first", key=f"examples-{scenario.id}"):
        body = "".join(
            f'<p>{safe(one.text)}</p><p class="muted">{safe(one.why)}</p>' for one in strong
        )
        block(card(f'<div class="eyebrow">One way, and another; yours may differ</div>{body}'))


def asks_rating(attempt: Attempt) -> bool:
    """Whether to ask for a self-rating before anything of the score is shown."""
    return (
        attempt.person == state.person()
        and attempt.state not in ("unscored", "failed")
        and _recent(attempt)
        and selfview.rating_of(resources.store(), attempt.id) is None
    )


def _recent(attempt: Attempt) -> bool:
    return now() - attempt.created_at < ASKED_WITHIN


def self_rating(scenario: Scenario, attempt: Attempt) -> None:
    """Asks how the trainee saw it, while the reply is being written down and scored."""
    name = scenario.client.name
    st.header("First, your own view: how was that?")
    st.caption("There is no right answer. It goes beside the feedback, for you to compare.")
    with st.form(f"self-rating-{attempt.id}", border=True):
        chosen = {
            dimension: st.radio(
                QUESTIONS[dimension].format(name=plain(name)),
                range(len(SCALE)),
                index=None,
                format_func=SCALE.__getitem__,
                horizontal=True,
                key=f"self-{dimension}-{attempt.id}",
            )
            for dimension in DIMENSIONS
        }
        given, skipped = st.columns([2, 1])
        done = given.form_submit_button("Show me the feedback", type="primary", width="stretch")
        skip = skipped.form_submit_button("Skip", width="stretch")
    ratings = {dimension: value for dimension, value in chosen.items() if value is not None}
    if done and len(ratings) < len(chosen):
        st.info("Answer all three, or skip; either is fine.")
    elif done or skip:
        selfview.rate(resources.store(), attempt.id, ratings if done else None, now())
        st.rerun()


def beside(attempt: Attempt, score: Score) -> None:
    """Shows the self-rating beside the score, gently, if one was given."""
    rating = selfview.rating_of(resources.store(), attempt.id)
    if rating is None or rating.ratings is None:
        return
    seen = seen_of(rating.ratings, score)
    close = ""
    if "above" in seen:
        close = "Which words were you thinking of? The machine may have missed them."
    elif "below" in seen:
        close = "You may be harder on yourself than you need to be."
    block(
        card(
            f'<div class="eyebrow">How you saw it</div><p>{safe(in_one_sentence(seen))}</p>'
            + (f'<p class="muted">{close}</p>' if close else "")
        )
    )


def seen_of(ratings: Mapping[DimensionId, int], score: Score) -> dict[Beside, dict[str, int]]:
    """Returns the self-ratings by how they lie beside the score, each under its dimension."""
    found: dict[Beside, dict[str, int]] = {}
    for name, about in DIMENSIONS.items():
        value, own = score.dimensions[name], ratings[name]
        unclear = value.score is not None and not value.clear
        seen: Beside = "unclear" if unclear else selfview.compare(own, value)
        found.setdefault(seen, {})[about.name.lower()] = own
    return found


def in_one_sentence(seen: Mapping[Beside, Mapping[str, int]]) -> str:
    """Returns what was said and how it lies beside the score, each comparison named once."""
    clauses = []
    for how, given in seen.items():
        own = [
            f"{value} for {_listed([name for name in given if given[name] == value])}"
            for value in dict.fromkeys(given.values())
        ]
        clauses.append(f"{_listed(own)}, {SEEN[how]}")
    return f"You said {'; '.join(clauses)}."


def _listed(said: Sequence[str]) -> str:
    return " and ".join([", ".join(said[:-1]), said[-1]] if len(said) > 1 else said)


def again_at_once(scenario: Scenario, attempt: Attempt) -> None:
    """Offers, right below the advice on a first try, to try it now.

    Source: domain.md, rule 2.
    """
    if attempt.retry_of is None and st.button("Try that now", key="again-at-once", type="primary"):
        state.try_again(scenario.id, attempt.id)
        st.rerun()


def onward(scenario: Scenario, attempt: Attempt) -> None:
    """Shows what comes after the feedback: try again, say how hard it was, go on."""
    first = attempt.retry_of is None
    st.header("What next?")
    if st.button("Try again", type="primary" if first else "secondary", width="stretch"):
        state.try_again(scenario.id, attempt.id)
        st.rerun()
    if first:
        st.caption("While it is fresh: you will see the two replies side by side.")
    reaction = _reaction(attempt) if attempt.person == state.person() else None
    found, row = standings.next_up(resources.store(), state.person(), resources.library(), now())
    set_run.done()
    session = standings.session_of(resources.store(), state.person(), now())
    if standings.long_enough(session, now()):
        _gentle_end(found)
        return
    _next(found, row if reaction else None, primary=not first)


def _reaction(attempt: Attempt) -> Reaction | None:
    store = resources.store()
    given = selfview.reaction_of(store, attempt.id)
    if not _recent(attempt) or attempt.state != "scored":
        return given
    st.markdown("**How was this client for you?**")
    for column, (name, (title, signs)) in zip(st.columns(3), REACTIONS.items(), strict=True):
        chosen = name == given
        if column.button(
            f"✓ {title}" if chosen else title,
            key=f"react-{name}",
            type="primary" if chosen else "secondary",
            width="stretch",
        ):
            selfview.react(store, attempt.id, name, now())
            st.rerun()
        column.caption(signs)
    return given


def _next(found: Suggestion, row: LogRow | None, primary: bool) -> None:
    client = resources.library()[found.scenario].client
    moved = ""
    if row is not None and row.move != "hold":
        moved = f'<p class="muted">{MOVES[row.move]}: {safe(row.because)}.</p>'
    elif row is not None:
        moved = f'<p class="muted">The level stays at {row.level}: {safe(row.because)}.</p>'
    block(
        card(
            '<div class="eyebrow">Next</div>'
            f'<p><span class="name">{safe(client.name)}</span>: {safe(found.because)}.</p>' + moved
        )
    )
    if st.button("Next client", type="primary" if primary else "secondary", width="stretch"):
        _go_on(found)


def _gentle_end(found: Suggestion) -> None:
    block(
        card(
            '<div class="eyebrow">Twenty minutes</div><p>You have practised for twenty minutes,'
            " which is a good length. What you found today settles better after a rest than after"
            " one more.</p>",
            "keep",
        )
    )
    stop, more = st.columns(2)
    if stop.button("Finish here", type="primary", width="stretch"):
        standings.settle(resources.store(), state.person(), now())
        state.end_session()
        st.rerun()
    if more.button("One more client", width="stretch"):
        _go_on(found)


def _go_on(found: Suggestion) -> None:
    standings.settle(resources.store(), state.person(), now())
    set_run.close()
    state.choose(found.scenario)
    st.rerun()


def suggested() -> str:
    """Returns whom to meet when the address names nobody: what is asked, first steps or next."""
    store, library = resources.store(), resources.library()
    begun = set_runs.current(store, state.person(), library)
    asked = [one for one in standings.assigned(store, state.person(), now()) if one in library]
    if begun is None and not asked and not attempts.newest(store, state.person(), 1):
        first_steps = resources.sets().get("first-steps")
        starters = [one for one in (first_steps.scenarios if first_steps else ()) if one in library]
        if starters:
            return starters[0]
    return standings.next_up(store, state.person(), library, now())[0].scenario
