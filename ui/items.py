"""The instructor's vignettes in use: which are hard, which behaviours are missed, in sentences."""

from collections.abc import Callable

import streamlit as st

from practice import items
from practice.estimates import Share
from practice.items import Average, Family, Item
from practice.released import LEAST
from practice.worker import now
from scenarios.models import BehaviourId
from scoring.rubric import BEHAVIOURS, DIMENSIONS
from ui import resources, visitor
from ui.loop import REACTIONS
from ui.style import block, card, safe

TOO_FEW = f"too few to say (fewer than {LEAST} people)"
ORDERS: dict[str, Callable[[list[Item]], list[Item]]] = {
    "Hardest first": list,
    "Most missed first": items.most_missed,
}
REASONS = {
    "too_short": "too short",
    "not_english": "not in English",
    "off_topic": "off the topic",
    "recites_rubric": "the rubric read out",
    "parrots_client": "the client’s words read back",
    "addresses_scorer": "spoken to the machine",
    "no_speech": "no speech heard",
}


def page() -> None:
    """Shows the page."""
    st.title("Vignettes in use")
    found = items.of_instructor(resources.store(), visitor.current(), now())
    st.markdown(
        "Which clients the trainees of your cohorts find hard, and what they leave out. It counts"
        " everybody’s **first** scored try, and only people who agreed, under “Your data”, that"
        " their scores count without their name."
    )
    st.caption(
        f"Nobody’s own result can be read off: a figure is given from {LEAST} people or more, and"
        f" is made anew only once {LEAST} people have added to it, so it may lag behind. Scores are"
        " the machine’s estimates unless it says otherwise; “How it decides” says how far to trust"
        " them."
    )
    if not found:
        st.info(
            "Nothing to count yet. This page counts only trainees of your cohorts who have ticked"
            " the box about research under “Your data” themselves, and a figure needs at least"
            f" {LEAST} of them who have tried the same vignette."
        )
        return
    told = [one for one in found if one.first is not None or one.unscored is not None]
    untold = [one for one in found if one not in told]
    if told:
        order = st.radio("Order", list(ORDERS), horizontal=True)
        ordered = ORDERS[order](told)
        block(card(_table("Vignettes", [_row(one) for one in ordered])))
    if untold:
        names = "; ".join(_name(one) for one in untold)
        block(f'<p class="muted">{TOO_FEW.capitalize()}: {safe(names)}.</p>')
    if told:
        _closer(ordered)
    kin = items.families(found)
    if kin:
        st.header("Parallel forms together")
        st.caption("Clients of one family, alike in kind and difficulty; from the figures above.")
        block(card(_table("Families", [_family(one) for one in kin])))


def _table(label: str, rows: list[str]) -> str:
    heads = "".join(
        f"<th scope='col'>{name}</th>"
        for name in ("Client", "First try, of 4", "Left out most", "People")
    )
    return (
        f'<div class="wide" role="region" aria-label="{label}" tabindex="0">'
        '<table class="side items">'
        f"<thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _row(one: Item) -> str:
    name = f"<th scope='row'>{safe(_name(one))}</th>"
    if one.first is None:
        return f"<tr>{name}<td colspan='3' class='muted'>{TOO_FEW}</td></tr>"
    overall = one.first.overall
    return (
        f"<tr>{name}<td>{_average(overall)}</td><td>{_rarest(one.rarest)}</td>"
        f"<td>{overall.n}</td></tr>"
    )


def _family(one: Family) -> str:
    return (
        f"<tr><th scope='row'>{safe(', '.join(one.clients))}</th><td>{_average(one.overall)}</td>"
        f"<td>{_rarest(one.rarest)}</td><td>{one.overall.n} first tries</td></tr>"
    )


def _name(one: Item) -> str:
    return f"{one.client}: {one.title}"


def _average(value: Average) -> str:
    low, high = value.within()
    return f"about {value.mean:.1f} (likely {low:.1f} to {high:.1f})"


def _rarest(rarest: tuple[BehaviourId, Share] | None) -> str:
    if rarest is None:
        return "–"
    name, share = rarest
    return f"{safe(BEHAVIOURS[name].name)} (there in {share.n} of {share.of})"


def _closer(found: list[Item]) -> None:
    st.header("One vignette more closely")
    by_id = {one.scenario: one for one in found}
    picked = st.selectbox(
        "Which one?", list(by_id), format_func=lambda name: _name(by_id[name]), key="item-closer"
    )
    one = by_id[picked]
    parts = (_firsts(one), _second(one), _reactions(one), _not_scored(one), _supervisors(one))
    block(f'<div class="cards">{"".join(card(part) for part in parts)}</div>')


def _eyebrow(text: str) -> str:
    return f'<div class="eyebrow">{text}</div>'


def _firsts(one: Item) -> str:
    head = _eyebrow("First tries")
    if one.first is None:
        return f"{head}<p>{TOO_FEW.capitalize()}.</p>"
    n = one.first.overall.n
    values = "; ".join(
        f"{about.name.lower()} {_average(one.first.dimensions[name])}"
        for name, about in DIMENSIONS.items()
    )
    rows = "".join(
        f"<li>{safe(BEHAVIOURS[name].does)}: there in {_share(share)}</li>"
        for name, share in one.first.expected.items()
    )
    missed = ""
    if one.rarest is not None and one.rarest[1].share < 0.5:
        name, share = one.rarest
        missed = (
            f'<p class="name">Most leave this out: {safe(BEHAVIOURS[name].does)} (there in'
            f" {share.n} of {share.of}).</p>"
        )
    return (
        f"{head}{missed}<p>Of {n} people, overall {_average(one.first.overall)} of 4. By the"
        f" machine’s estimate: {values}.</p><p>What this moment asks for:</p><ul>{rows}</ul>"
        f'<p class="muted">Figures of {one.first.made_at.astimezone():%d %B %Y}.</p>'
    )


def _share(share: Share) -> str:
    return f"{share.n} of {share.of} (likely {share.low:.0%} to {share.high:.0%})"


def _second(one: Item) -> str:
    head = _eyebrow("From the first try to the second")
    if one.changed is None:
        return f"{head}<p>{TOO_FEW.capitalize()}.</p>"
    change = one.changed.overall
    low, high = change.within(-4.0, 4.0)
    way = "higher" if change.mean >= 0 else "lower"
    clear = "" if low > 0 or high < 0 else " It may be no change at all."
    return (
        f"{head}<p>{abs(change.mean):.1f} of 4 {way} on average (likely {low:+.1f} to {high:+.1f};"
        f" {change.n} people).{clear}</p>"
    )


def _reactions(one: Item) -> str:
    head = _eyebrow("How people found it")
    if one.reacted is None:
        return f"{head}<p>{TOO_FEW.capitalize()}.</p>"
    said = one.reacted.said
    n = sum(said.values())
    counts = ", ".join(
        f"{title.lower()} {said.get(name, 0)}" for name, (title, _) in REACTIONS.items()
    )
    return f"{head}<p>Of {n} people: {counts}.</p>"


def _not_scored(one: Item) -> str:
    head = _eyebrow("Not scored")
    if one.unscored is None:
        return f"{head}<p>{TOO_FEW.capitalize()}.</p>"
    found = one.unscored
    why = ", ".join(f"{REASONS.get(name, name)} {n}" for name, n in found.reasons.items())
    return (
        f"{head}<p>{_share(found.share)} tries by {found.n_people} people could not be scored"
        f"{': ' + safe(why) if why else ''}.</p>"
    )


def _supervisors(one: Item) -> str:
    head = _eyebrow("What supervisors rated, before seeing a score")
    if one.rated is None:
        return f"{head}<p>{TOO_FEW.capitalize()}.</p>"
    values = "; ".join(
        f"{about.name.lower()} {_average(one.rated.dimensions[name])}"
        for name, about in DIMENSIONS.items()
    )
    n = one.rated.dimensions["rationale"].n
    return f"{head}<p>One reply of each of {n} people: {values}.</p>"
