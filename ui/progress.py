"""Progress: what practice adds up to, with its doubt; nothing here is a grade."""

from statistics import fmean

import streamlit as st

from practice import calibrations, progress, standings, tries
from practice.estimates import Change, change
from practice.progress import dimension_values
from practice.tries import Occasion, Try
from scenarios.models import Scenario
from scoring.rubric import DIMENSIONS
from ui import charts, check, resources, state
from ui.client import CHALLENGES
from ui.style import block, card, safe

CLOSE = 0.5  # a mean gap between self-rating and score smaller than this is no tendency


def page() -> None:
    """Shows the page for the person at the screen."""
    st.title("Your progress")
    mine = tries.of_person(resources.store(), state.person())
    if not mine:
        st.info("Nothing here yet. Your first scored reply will begin it.")
        return
    met = tries.occasions(mine)
    block(card(f"<p>{safe(progress.summary(mine, lambda one: DIMENSIONS[one].name))}</p>", "keep"))
    _counts(mine, met)
    st.header("Over time")
    st.caption(
        "Dots: first tries, before any feedback on that client. Open circles: the best try after"
        " it. Line: the average of the last five first tries. Band: where that average may lie."
    )
    if calibrations.active(resources.store()) is not None:
        st.caption(
            "Scores on this page are the machine’s own, not adjusted to this clinic, so that early"
            " and late ones can be compared."
        )
    for name, about in DIMENSIONS.items():
        firsts = progress.trend(dimension_values(met, name))
        left_out = left_out_in_words(progress.n_unclear(met, name), len(met))
        if not firsts:
            st.markdown(f"**{about.name}**: nothing to draw yet. {left_out}")
            continue
        st.markdown(f"**{about.name}**: lately {charts.in_words(firsts[-1].recent)}")
        if left_out:
            st.caption(left_out)
        retried = [one for one in met if len(one.tries) > 1]
        charts.trend(name, firsts, dimension_values(retried, name, best=True))
    st.header("By kind of challenge")
    charts.by_challenge(progress.by_challenge(met), dict(CHALLENGES))
    rows = progress.behaviours(met)
    if rows:
        st.header("What you did, where the moment asked for it")
        charts.behaviours(rows)
    _lasting(met)
    check.offer()
    _self_view(mine)
    _level()
    block('<p><a href="portfolio">Make a portfolio for supervision</a></p>')


def left_out_in_words(n: int, of: int) -> str:
    """Returns what is said of first tries that are not drawn; empty if all of them are."""
    if not n:
        return ""
    these = f"{n} of {of} first tries is" if n == 1 else f"{n} of {of} first tries are"
    return (
        f"{these} not drawn here: the machine could not tell clearly from those words, which says"
        " nothing against them."
    )


def _counts(mine: list[Try], met: list[Occasion]) -> None:
    facts = {
        "Replies": str(len(mine)),
        "Clients met": str(len({one.first.scenario for one in met})),
        "Minutes of practice": f"{progress.minutes(mine):.0f}",
        "Days": str(len({one.at.astimezone().date() for one in mine})),
    }
    cells = "".join(
        f'<div><div class="muted">{name}</div><div class="big">{value}</div></div>'
        for name, value in facts.items()
    )
    block(card(f'<div class="grid counts">{cells}</div>'))


def _lasting(met: list[Occasion]) -> None:
    st.header("Does it last, and does it carry over?")
    kept = progress.kept(progress.retention(met))
    if kept is None:
        lasts = "You have not yet met a similar client again two weeks or more later."
    else:
        lasts = (
            f"Two weeks or more later, with {_times(kept.n, 'similar client', 'similar clients')}:"
            f" best try before {kept.before:.1f}, first try later {kept.after:.1f} of 4"
            f"{_range(kept)}."
        )
    new = progress.transfer(met)
    gain = change([value for _, value in new])
    if gain is None:
        carries = (
            f"With kinds of client you had never met ({len(new)} so far), first tries average"
            f" {fmean(value for _, value in new):.1f} of 4. After six, a change can be seen."
        )
    else:
        carries = (
            f"With kinds of client you had never met, the first {gain.n} first tries average"
            f" {gain.before:.1f} and the latest {gain.n} average {gain.after:.1f} of 4"
            f"{_range(gain)}."
        )
    block(
        card(
            f'<p><span class="name">Lasts.</span> {safe(lasts)}</p>'
            f'<p><span class="name">Carries over.</span> {safe(carries)}</p>'
        )
    )


def _times(n: int, one: str, many: str) -> str:
    return f"one {one}" if n == 1 else f"{n} {many}"


def _range(gap: Change) -> str:
    if gap.low is None or gap.high is None:
        return ""
    return f" (a difference of {gap.difference:+.1f}, likely {gap.low:+.1f} to {gap.high:+.1f})"


def _self_view(mine: list[Try]) -> None:
    pairs = {name: progress.self_view(mine, name) for name in DIMENSIONS}
    rows = [
        (DIMENSIONS[name].name, own, score) for name, found in pairs.items() for own, score in found
    ]
    rated = sum(one.self_rating is not None for one in mine)
    if not rated:
        return
    st.header("How you see yourself")
    n = progress.n_comparable(mine)
    if n < progress.COMPARABLE:
        st.markdown(
            f"You have said of {_times(rated, 'reply', 'replies')} how you saw it. The two views"
            f" are set side by side once there are {progress.COMPARABLE} such replies in which the"
            f" machine could tell clearly enough; so far there {'is' if n == 1 else 'are'}"
            f" {n or 'none'}."
        )
        return
    gap = fmean(own - score for _, own, score in rows)
    if abs(gap) < CLOSE:
        said = "On the whole you see your replies much as the machine does."
    elif gap > 0:
        said = f"On the whole you rate your replies {gap:.1f} higher than the machine does."
    else:
        said = f"On the whole you rate your replies {-gap:.1f} lower than the machine does."
    st.markdown(said + " Neither of the two is the truth; the gap is worth talking over.")
    charts.self_view(rows)


def _client(one: Scenario | None, scenario: str) -> str:
    return scenario if one is None else f"{one.client.name} (“{one.title}”)"


def _level() -> None:
    log = standings.log(resources.store(), state.person())
    if not log:
        return
    with st.expander("Why the level went up, down or stayed, client by client"):
        library = resources.library()
        words = {"up": "harder next", "down": "easier next", "hold": "the same level"}
        rows = "".join(
            f"<li>{safe(_client(library.get(one.scenario), one.scenario))}: {words[one.move]}"
            f" ({one.level}), because {safe(one.because)}{'; a re-test' if one.retest else ''}</li>"
            for one in reversed(log)
        )
        block(f"<ul>{rows}</ul>")
