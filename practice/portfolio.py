"""A printable portfolio for supervision: one HTML page of chosen attempts, complete in itself."""

import html
from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from practice import calibrations, outcomes, plans, selfview
from practice.attempts import Attempt, scenario_answered
from practice.plans import PARTS, Plan
from practice.selfview import SelfRating
from practice.store import Store
from scenarios.models import Scenario
from scoring.models import Score
from scoring.rubric import BEHAVIOURS, DIMENSIONS, WATCH_OUTS

STYLE = """
:root {color: #26323a; font: 11pt/1.5 Georgia, serif;}
body {max-width: 46rem; margin: 2rem auto; padding: 0 1.2rem; background: #fff;}
h1 {font-size: 20pt; margin: 0;} h2 {font-size: 14pt; margin: 0 0 .3rem;}
.muted {color: #5d6a70; font-size: 9.5pt;}
article {border-top: 1.5pt solid #2b6b66; padding-top: .8rem; margin-top: 1.6rem;}
blockquote {margin: .5rem 0; padding-left: .8rem; border-left: 2pt solid #ddd8cd;}
table {border-collapse: collapse; width: 100%; margin: .5rem 0;}
th, td {text-align: left; vertical-align: top; padding: .2rem .6rem .2rem 0; border-bottom: .5pt solid #ddd8cd;}
.notes {border: .5pt solid #bbb; min-height: 4.5rem; margin-top: .6rem; padding: .3rem .5rem;}
@page {size: A4; margin: 18mm;}
@media print {
  body {margin: 0; padding: 0; max-width: none;}
  article {break-inside: auto;} article + article {break-before: page;}
  h2, tr, .notes, blockquote {break-inside: avoid;} h2 {break-after: avoid;}
}
"""


class Entry(BaseModel):
    """One chosen attempt with everything the page shows of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    attempt: Attempt
    scenario: Scenario
    text: str
    score: Score | None
    adjusted: str | None = None  # to whom, where the score is not the machine's own
    self_rating: SelfRating | None
    plan: Plan | None


def entry(store: Store, attempt: Attempt) -> Entry:
    """Returns what a portfolio shows of an attempt."""
    score = outcomes.score_of(store, attempt)
    used = None if score is None else calibrations.of_version(store, score.model_version)
    return Entry(
        attempt=attempt,
        scenario=scenario_answered(store, attempt),
        text=outcomes.reply_text(store, attempt) or "",
        score=score,
        adjusted=None if used is None else used.words,
        self_rating=selfview.rating_of(store, attempt.id),
        plan=plans.of_attempt(store, attempt.id),
    )


def page(name: str, question: str, entries: Sequence[Entry], made_at: datetime) -> str:
    """Returns the whole page as HTML that asks no other file or host for anything.

    Args:
        name: whose it is, as they want to be named on it.
        question: what they would like to talk over; may be empty.
        entries: the chosen attempts, in order.
        made_at: when, aware; shown as a date.
    """
    asked = f"<blockquote>{_safe(question)}</blockquote>" if question.strip() else ""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Practice portfolio: {_safe(name)}</title><style>{STYLE}</style></head><body>"
        f"<h1>Practice portfolio</h1>"
        f'<p class="muted">{_safe(name)} · {made_at:%d %B %Y} · {len(entries)}'
        f" {'reply' if len(entries) == 1 else 'replies'} to standardized clients</p>"
        + (f"<p>What I would like to talk over:</p>{asked}" if asked else "")
        + '<p class="muted">Scores are one machine’s estimates, for practice and for talking over;'
        " they are not grades.</p>" + "".join(_article(one) for one in entries) + "</body></html>"
    )


def _article(one: Entry) -> str:
    scenario = one.scenario
    parts = [
        f"<article><h2>{_safe(scenario.client.name)}: {_safe(scenario.title)}</h2>",
        f'<p class="muted">{one.attempt.created_at:%d %B %Y} · {scenario.difficulty}'
        f"{' · a further try' if one.attempt.retry_of else ''}</p>",
        f"<p>{_safe(scenario.context)}</p>",
        f"<p>The client said:</p><blockquote>{_safe(scenario.clip.transcript)}</blockquote>",
        f"<p>My reply:</p><blockquote>{_safe(one.text) or 'No words were heard.'}</blockquote>",
    ]
    if one.score is not None and one.score.status == "scored":
        parts += [_scores(one.score, one.self_rating), _found(one.score)]
        if one.adjusted is not None:
            parts.append(f'<p class="muted">The estimates are {_safe(one.adjusted)}.</p>')
    if one.plan is not None:
        rows = "".join(
            f'<tr><th scope="row">{part.replace("_", " ").capitalize()}</th>'
            f"<td>{_safe(one.plan.part(part)) or 'left open'}</td></tr>"
            for part in PARTS
        )
        parts.append(f"<p>The plan I wrote:</p><table>{rows}</table>")
    parts.append('<div class="notes muted">Supervisor’s notes</div></article>')
    return "".join(parts)


def _scores(score: Score, own: SelfRating | None) -> str:
    rated = own.ratings if own is not None and own.ratings is not None else {}
    rows = "".join(
        f'<tr><th scope="row">{_safe(about.name)}</th>'
        f"<td>{value.score:.1f} of 4 (likely {value.low:.1f} to {value.high:.1f})</td>"
        f"<td>{rated.get(name, '–')}</td></tr>"
        for name, about in DIMENSIONS.items()
        if (value := score.dimensions[name]).score is not None
    )
    return (
        '<table><tr><th></th><th scope="col">Machine’s estimate</th>'
        f'<th scope="col">My own rating</th></tr>{rows}</table>'
    )


def _found(score: Score) -> str:
    there = [BEHAVIOURS[name].name for name, seen in score.behaviours.items() if seen.present]
    watch = [WATCH_OUTS[name].name for name, seen in score.watch_outs.items() if seen.present]
    said = f"<p>Found in it: {_safe(', '.join(there).lower() or 'none of the behaviours')}.</p>"
    if watch:
        said += f"<p>Worth a second look: {_safe('; '.join(watch))}.</p>"
    return said + f'<p class="muted">Suggested next: {_safe(score.change)}</p>'


def _safe(text: str) -> str:
    return html.escape(text, quote=True)
