"""How far machine and supervisors agree here: in words, then figures, by client and over time."""

from collections.abc import Iterable
from datetime import datetime

import streamlit as st

from practice import agreement_figures, calibrations
from practice.agreement_figures import (
    BETWEEN,
    LEAST_REPLIES,
    LEAST_TRAINEES,
    TRAITS,
    Between,
    By,
    Figure,
    Group,
    Overall,
    Reason,
)
from practice.agreement_so_far import LEAST, how_well, two_places
from scoring.agreement import Estimate
from scoring.rubric import BEHAVIOURS, DIMENSIONS, WATCH_OUTS
from ui import adjusting, resources, state, visitor
from ui.style import block, card, safe

NAMES: dict[str, str] = {
    name: about.name for one in (DIMENSIONS, BEHAVIOURS, WATCH_OUTS) for name, about in one.items()
}
WHY_NOT: dict[Reason, str] = {
    "too_few": f"fewer than {LEAST_REPLIES} replies",
    "one_trainee": f"replies of fewer than {LEAST_TRAINEES} trainees",
    "no_variance": "every rating the same: nothing to agree about",
}
COLUMNS = {"machine": "Machine and supervisors", "supervisors": "Two supervisors"}
Shown = tuple[Between, ...]  # what there is enough of to show
TOO_FEW = f"“Too few” is fewer than {LEAST_REPLIES} replies."
READING = (
    "1 is complete agreement and 0 what chance alone would give; bars run from 0 to 1. The band is"
    f" where the figure likely lies (95 %): wide bands mean few ratings. {TOO_FEW}"
)


def page() -> None:
    """Shows the page, to supervisors and instructors."""
    store, person = resources.store(), visitor.current()
    found = agreement_figures.overall(store, person)
    st.title("Agreement")
    between = tuple(
        one for one in BETWEEN if any(each.agreed for each in found.figures if each.between == one)
    )
    _opening(found, between)
    used = calibrations.active(store)
    if between:
        for name, about in DIMENSIONS.items():
            _dimension(name, about.name, found, between)
        st.caption(READING)
        _how()
    st.header("The scores shown here")
    block(card(adjusting.in_use(used, store) + _since(found)))
    if between:
        _splits(between)
        st.header("Behaviours and watch-outs")
        _flags(found, between)


def _opening(found: Overall, between: Shown) -> None:
    """Says what there is, and once what there is too little of, not in every place it would be."""
    if not found.n_ratings:
        st.info(
            "Nothing has been rated blind yet. Each rating that a supervisor gives before seeing"
            " the machine’s score will count here."
        )
        return
    st.markdown(
        "Supervisors rate a reply before they see what the machine made of it. How far the two"
        f" agree is shown here, from {_n(found.n_ratings, 'such rating')} of"
        f" {_n(found.n_replies, 'reply')} by {_n(found.n_supervisors, 'supervisor')}. Ratings given"
        " after the reveal never count."
    )
    if not between:
        st.info(
            f"That is too little for figures. They show here from {LEAST_REPLIES} scored replies"
            f" of at least {LEAST_TRAINEES} trainees, as long as the ratings differ. Beside a reply"
            f" that has been rated, the same is said in words from {LEAST} ratings."
        )
    elif "supervisors" not in between:
        st.caption(
            "How far two supervisors agree will show once two have rated the same"
            f" {LEAST_REPLIES} replies, of at least {LEAST_TRAINEES} trainees."
        )


def _n(n: int, what: str) -> str:
    several = "replies" if what == "reply" else f"{what}s"
    return f"{n} {what if n == 1 else several}"


def _dimension(name: str, title: str, found: Overall, between: Shown) -> None:
    figures = [found.of(name, one) for one in between]
    said = "".join(
        f"<p>{_machine_said(one) if one.between == 'machine' else _people_said(one)}</p>"
        for one in figures
    )
    rows = "".join(
        f'<tr><th scope="row">{label}</th>'
        + "".join(_cell(one, part, name) for one in figures)
        + "</tr>"
        for part, label in (
            ("kappa", "Weighted kappa"),
            ("icc", "ICC(2,1)"),
            ("alpha", "Krippendorff alpha"),
        )
    )
    block(card(f'<p class="name">{safe(title)}</p>{said}{_table("", rows, between)}'))


def _machine_said(figure: Figure) -> str:
    from_n = f"from {_n(figure.n_ratings, 'rating')}"
    if figure.agreed is None or figure.agreed.kappa.value is None:
        return f"How far the machine agrees with supervisors cannot be said yet: {_why(figure)}."
    words = how_well(figure.agreed.kappa.value)
    early = " These are few; it may look different soon." if figure.n_ratings < LEAST else ""
    return (
        "The machine agrees with supervisors like this so far:"
        f' <span class="name">{words}</span>, {from_n}.{early}'
    )


def _people_said(figure: Figure) -> str:
    if figure.agreed is None or figure.agreed.kappa.value is None:
        return f"How far two supervisors agree cannot be said yet: {_why(figure)}."
    words = how_well(figure.agreed.kappa.value)
    return (
        f'Two supervisors of the same reply agree <span class="name">{words}</span>, from'
        f" {_n(figure.n_replies, 'reply')}."
    )


def _why(figure: Figure) -> str:
    if figure.reason == "too_few" and figure.between == "supervisors":
        return f"{WHY_NOT['too_few']} were rated by two"
    return WHY_NOT[figure.reason] if figure.reason else "it is not defined here"


def _table(first: str, rows: str, columns: Iterable[str]) -> str:
    head = "".join(f'<th scope="col">{COLUMNS.get(one, one)}</th>' for one in columns)
    corner = f'<th scope="col">{first}</th>' if first else "<td></td>"
    return (
        f'<table class="agree"><thead><tr>{corner}{head}</tr></thead><tbody>{rows}</tbody></table>'
    )


def _cell(figure: Figure, part: str, kind: str, counted: bool = False) -> str:
    """Returns one cell: a small bar with the figure's band, and the same in numbers."""
    value: Estimate | None = None if figure.agreed is None else getattr(figure.agreed, part)
    if value is None or value.value is None:
        why = "too few" if figure.reason == "too_few" else _why(figure)
        return f'<td><div class="muted">{safe(why)}</div></td>'
    said = two_places(value.value)
    band = ""
    if value.low is not None and value.high is not None:
        said += f" ({two_places(value.low)} to {two_places(value.high)})"
        left, right = _place(value.low), _place(value.high)
        band = f'<span class="likely" style="left:{left:.0f}%;width:{right - left:.0f}%"></span>'
    else:
        said += " (too few for a band)"
    dot = f'<span class="dot" style="left:{_place(value.value):.0f}%"></span>'
    if counted:
        said += f", {_n(figure.n_replies, 'reply')}"
    return (
        f'<td><div class="bar {kind}" aria-hidden="true">{band}{dot}</div>'
        f'<div class="muted">{said}</div></td>'
    )


def _place(value: float) -> float:
    return min(1.0, max(0.0, value)) * 100


def _how() -> None:
    with st.expander("How these are reckoned"):
        st.markdown(
            "- **Weighted kappa** (Cohen 1968) counts being two levels apart four times as much as"
            " one; for behaviours it is plain kappa. **ICC(2,1)** (Shrout & Fleiss 1979) also asks"
            " that the levels themselves be the same. **Alpha** (Krippendorff 2011) is the ordinal"
            " one, and for behaviours the nominal.\n"
            "- The machine’s own score counts, before any adjustment; rounded to a whole level for"
            " kappa and alpha, as it is for ICC.\n"
            "- Bands are percentile bootstrap intervals: a thousand times as many replies are drawn"
            " from those there are, each with all its ratings.\n"
            f"- A figure is shown from {LEAST_REPLIES} replies of at least {LEAST_TRAINEES}"
            " trainees on, so that none is of one person alone. Replies that were taken back, or"
            " whose trainee no longer agrees to supervision, are left out. Beside a rated reply the"
            f" machine’s agreement is put in words from {LEAST} ratings on.\n"
            "- Words: “very closely” from .80, “well” from .60, “fairly well” from .40, “somewhat”"
            " from .20, else “hardly” (after Landis & Koch 1977)."
        )


def _since(found: Overall) -> str:
    if not found.adjusted:
        return ""
    rows = "".join(
        f'<tr><th scope="row">{safe(NAMES[one.trait])}</th>'
        f"{_cell(one, 'kappa', one.trait, counted=True)}</tr>"
        for one in found.adjusted
    )
    return (
        '<p class="muted">How the adjusted scores agree with supervisors, on replies rated since:'
        f"</p>{_table('', rows, ('Weighted kappa, adjusted score',))}"
    )


def _splits(between: Shown) -> None:
    st.header("By client and over time")
    trait = st.selectbox(
        "What to look at", TRAITS, format_func=lambda name: NAMES[name], key=state.AGREEMENT
    )
    st.caption(f"{'Weighted kappa' if trait in DIMENSIONS else 'Kappa'}. {READING}")
    library = resources.library()
    clients = {name: f"{one.client.name}: {one.title}" for name, one in library.items()}
    _split(trait, "vignette", "Client", clients, between)
    _split(trait, "month", "Month first rated", {}, between)


def _split(trait: str, by: By, first: str, names: dict[str, str], between: Shown) -> None:
    groups = agreement_figures.split(resources.store(), visitor.current(), trait, by)
    shown = [one for one in groups if any(figure.agreed for figure in one.figures)]
    rows = "".join(_group_row(one, names.get(one.name, _month(one.name)), between) for one in shown)
    n_small = len(groups) - len(shown)
    what = ("further " if shown else "") + ("client" if by == "vignette" else "month")
    small = (
        f'<p class="muted">{_n(n_small, what)}'
        f" {'has' if n_small == 1 else 'have'} too few ratings to show.</p>"
        if n_small
        else ""
    )
    block(card((_table(first, rows, between) if shown else "") + small))


def _group_row(group: Group, title: str, between: Shown) -> str:
    cells = "".join(
        _cell(one, "kappa", _kind(one.trait), counted=True)
        for one in group.figures
        if one.between in between
    )
    return f'<tr><th scope="row">{safe(title)}</th>{cells}</tr>'


def _month(name: str) -> str:
    try:
        return f"{datetime.strptime(name, '%Y-%m'):%B %Y}"  # noqa: DTZ007  a month has no zone
    except ValueError:
        return name  # a scenario that is no longer in the library


def _kind(trait: str) -> str:
    if trait in DIMENSIONS:
        return trait
    return next((one.dimension for name, one in BEHAVIOURS.items() if name == trait), "watch")


def _flags(found: Overall, between: Shown) -> None:
    st.caption(f"Whether each was there or not: plain kappa, with the number of replies. {TOO_FEW}")
    groups: dict[str, list[str]] = {
        about.name: [name for name, one in BEHAVIOURS.items() if one.dimension == dimension]
        for dimension, about in DIMENSIONS.items()
    }
    groups["Worth a second look"] = list(WATCH_OUTS)
    for title, names in groups.items():
        rows = "".join(
            f'<tr><th scope="row">{safe(NAMES[name])}</th>'
            + "".join(
                _cell(found.of(name, one), "kappa", _kind(name), counted=True) for one in between
            )
            + "</tr>"
            for name in names
        )
        block(card(f'<p class="name">{safe(title)}</p>{_table("", rows, between)}'))
