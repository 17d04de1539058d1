"""The charts of the progress page, each with an alternative in words.

Altair takes about 100 ms to build and check a chart, at every rerun; so each is built once, without
its numbers, and kept as Vega-Lite.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import altair as alt
import streamlit as st

from practice.estimates import Mean
from practice.progress import Behaviour, ByChallenge, Point
from scenarios.models import DimensionId
from scoring.rubric import BEHAVIOURS, DIMENSIONS
from ui.style import block, safe

COLOURS: dict[DimensionId, str] = {  # as in ui/style.py
    "rationale": "#a35f00",
    "collaboration": "#1f6f8b",
    "obstacles": "#7a4a94",
}
QUIET = "#5d6a70"
SCORE = alt.Scale(domain=[0, 4])
WHOLE = [0, 1, 2, 3, 4]
SPAN = "from day to day"  # stands in a kept chart for the days it is shown with


def in_words(mean: Mean) -> str:
    """Returns a mean with its range in words."""
    if mean.low is None or mean.high is None:
        return f"{mean.mean:.1f} (from {mean.n}; too few for a range)"
    return f"{mean.mean:.1f} (likely {mean.low:.1f} to {mean.high:.1f})"


def trend(
    dimension: DimensionId, firsts: Sequence[Point], bests: Sequence[tuple[datetime, float]]
) -> None:
    """Shows first tries in order, their running mean with its range, and best tries as circles."""
    number = {one.at: place for place, one in enumerate(firsts, start=1)}
    first_rows = [
        {
            "client": number[one.at],
            "score": one.value,
            "mean": one.recent.mean,
            "low": one.recent.low,
            "high": one.recent.high,
            "what": f"first try, {_day(one.at)}",
        }
        for one in firsts
    ]
    best_rows = [
        {"client": number[at], "score": value, "what": f"best try, {_day(at)}"}
        for at, value in bests
        if at in number
    ]
    span = f"{_day(firsts[0].at)} to {_day(firsts[-1].at)}"
    now, name = firsts[-1].recent, DIMENSIONS[dimension].name
    alternative = (
        f"{name} over time: {len(firsts)} first tries, {span}. The mean of the latest {now.n} is"
        f" {in_words(now)}; the first of all was {firsts[0].value:.1f}."
    )
    kept = _trend(COLOURS[dimension]).replace(SPAN, span)
    _show(kept, {"firsts": first_rows, "bests": best_rows}, 190, alternative)


@cache
def _trend(colour: str) -> str:
    axis = alt.Axis(tickMinStep=1, format="d", grid=False)
    x = alt.X("client:Q", title=f"clients met, in order ({SPAN})", axis=axis)
    held = alt.Chart(alt.NamedData("firsts"))
    band = held.mark_area(opacity=0.18, color=colour).encode(
        x=x, y=alt.Y("low:Q", scale=SCORE, title="score", axis=alt.Axis(values=WHOLE)), y2="high:Q"
    )
    line = held.mark_line(color=colour, strokeWidth=2.5).encode(x=x, y=alt.Y("mean:Q", scale=SCORE))
    tip = ["what:N", "score:Q"]
    dots = held.mark_circle(color=colour, size=45, opacity=0.75).encode(
        x=x, y=alt.Y("score:Q", scale=SCORE), tooltip=tip
    )
    rings = (
        alt.Chart(alt.NamedData("bests"))
        .mark_point(color=colour, size=80, filled=False)
        .encode(x=x, y=alt.Y("score:Q", scale=SCORE), tooltip=tip)
    )
    return _kept(alt.layer(band, line, rings, dots))


def _day(at: datetime) -> str:
    return at.astimezone().strftime("%d %b").lstrip("0")


def by_challenge(rows: Sequence[ByChallenge], named: dict[str, str]) -> None:
    """Shows first and best tries by kind of challenge, each with its range."""
    values = [
        {
            "kind": named[one.challenge],
            "try": label,
            "mean": mean.mean,
            "low": mean.low,
            "high": mean.high,
            "n": mean.n,
        }
        for one in rows
        for label, mean in (("first try", one.first), ("best try", one.best))
    ]
    said = "; ".join(
        f"{named[one.challenge]}: first {one.first.mean:.1f}, best {one.best.mean:.1f}"
        for one in rows
    )
    said = f"Overall score by kind of challenge. {said}."
    _show(_by_challenge(), {"values": values}, 100 + 44 * len(rows), said)
    table(
        ("Kind", "First try", "Best try", "Clients"),
        [
            (named[one.challenge], in_words(one.first), in_words(one.best), str(one.first.n))
            for one in rows
        ],
    )


@cache
def _by_challenge() -> str:
    y = alt.Y("kind:N", sort=None, title=None, axis=alt.Axis(labelLimit=220))
    colour = alt.Color(
        "try:N",
        title=None,
        scale=alt.Scale(domain=["first try", "best try"], range=["#26323a", "#2b6b66"]),
        legend=alt.Legend(orient="top"),
    )
    offset = alt.YOffset("try:N", sort=["first try", "best try"])
    chart = alt.Chart(alt.NamedData("values"))
    bars = chart.mark_rule(strokeWidth=3, opacity=0.4).encode(
        x=alt.X("low:Q", scale=SCORE, title="overall, 0 to 4", axis=alt.Axis(values=WHOLE)),
        x2="high:Q",
        y=y,
        yOffset=offset,
        color=colour,
    )
    dots = chart.mark_circle(size=90, opacity=1).encode(
        x=alt.X("mean:Q", scale=SCORE), y=y, yOffset=offset, color=colour, tooltip=["try:N", "n:Q"]
    )
    return _kept(alt.layer(bars, dots))


def behaviours(rows: Sequence[Behaviour]) -> None:
    """Shows how often asked-for behaviours were there, earlier and of late."""
    values = [
        {
            "behaviour": BEHAVIOURS[one.behaviour].name,
            "earlier": one.earlier.share,
            "late": one.late.share,
            "low": one.late.low,
            "high": one.late.high,
        }
        for one in rows
    ]
    said = "; ".join(
        f"{BEHAVIOURS[one.behaviour].name}: {one.earlier.n} of {one.earlier.of} earlier,"
        f" {one.late.n} of {one.late.of} lately"
        for one in rows
    )
    st.caption("Open circle: the earlier half of your first tries. Filled, with its range: later.")
    said = f"How often each behaviour was there in first tries. {said}."
    _show(_behaviours(), {"values": values}, 60 + 26 * len(rows), said)
    table(
        ("Behaviour", "Earlier", "Lately", "Likely range lately"),
        [
            (
                BEHAVIOURS[one.behaviour].name,
                f"{one.earlier.n} of {one.earlier.of}",
                f"{one.late.n} of {one.late.of}",
                f"{one.late.low:.0%} to {one.late.high:.0%}",
            )
            for one in rows
        ],
    )


@cache
def _behaviours() -> str:
    y = alt.Y("behaviour:N", sort=None, title=None, axis=alt.Axis(labelLimit=220))
    axis = alt.Axis(format="%", title="how often")
    chart = alt.Chart(alt.NamedData("values"))
    ranges = chart.mark_rule(strokeWidth=4, opacity=0.25, color="#2b6b66").encode(
        x=alt.X("low:Q", scale=alt.Scale(domain=[0, 1]), axis=axis), x2="high:Q", y=y
    )
    before = chart.mark_point(size=90, color=QUIET).encode(x="earlier:Q", y=y)
    after = chart.mark_circle(size=90, color="#2b6b66", opacity=1).encode(x="late:Q", y=y)
    return _kept(alt.layer(ranges, before, after))


def self_view(rows: Sequence[tuple[str, int, float]]) -> None:
    """Shows self-ratings against scores, one point a rating; on the line the two agree."""
    values = [{"dimension": name, "own": own, "score": score} for name, own, score in rows]
    more = sum(own > score for _, own, score in rows)
    said = (
        f"Self-ratings against scores: {len(rows)} ratings, {more} of them above the score"
        f" and {len(rows) - more} at or below it."
    )
    line = [{"x": 0, "y": 0}, {"x": 4, "y": 4}]
    _show(_self_view(), {"values": values, "line": line}, 260, said)


@cache
def _self_view() -> str:
    names = [about.name for about in DIMENSIONS.values()]
    dots = (
        alt.Chart(alt.NamedData("values"))
        .mark_circle(size=70, opacity=0.65)
        .encode(
            x=alt.X("own:Q", scale=SCORE, title="you said", axis=alt.Axis(values=WHOLE)),
            y=alt.Y("score:Q", scale=SCORE, title="score", axis=alt.Axis(values=WHOLE)),
            color=alt.Color(
                "dimension:N",
                title=None,
                scale=alt.Scale(domain=names, range=list(COLOURS.values())),
                legend=alt.Legend(orient="top", columns=2),
            ),
        )
    )
    line = (
        alt.Chart(alt.NamedData("line"))
        .mark_line(color=QUIET, strokeDash=[4, 4])
        .encode(x="x:Q", y="y:Q")
    )
    return _kept(alt.layer(line, dots))


def _kept(chart: alt.LayerChart | alt.FacetChart) -> str:
    """A chart without its numbers, as Vega-Lite in JSON."""
    quiet = chart.configure_view(stroke=None).configure_axis(
        gridColor="#ece8df", labelColor=QUIET, titleColor=QUIET, titleFontWeight="normal"
    )
    with alt.theme.enable("none"):  # Altair's own would set sizes that Streamlit sets
        return json.dumps(quiet.to_dict())


def _show(kept: str, rows: Mapping[str, Sequence[object]], height: int, said: str) -> None:
    """Shows a kept chart with these numbers, by the names it has for them."""
    spec: dict[str, Any] = {**json.loads(kept), "height": height}
    for part in (spec, *spec["layer"]):
        if "name" in part.get("data", {}):
            part["data"] = {"values": rows[part["data"]["name"]]}
    st.vega_lite_chart(spec=spec, width="stretch", alt=said)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Shows the numbers of a chart as a table, folded away."""
    with st.expander("The same as a table"):
        titles = "".join(f'<th scope="col">{safe(one)}</th>' for one in head)
        body = "".join(
            "<tr>" + "".join(f"<td>{safe(cell)}</td>" for cell in row) + "</tr>" for row in rows
        )
        block(f'<table class="plain"><tr>{titles}</tr>{body}</table>')
