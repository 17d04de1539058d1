"""The evaluation in words and tables: the model card, and the sentence shown beside every score."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from scoring.encode import MODEL_DIR
from scoring.rubric import BEHAVIOURS, DIMENSIONS, WATCH_OUTS

EVALUATION = MODEL_DIR / "evaluation.json"
NAMES = {"author": "writers", "family": "scenario families"}

CARD = """# Model card: the scorer of Between Sessions

Made by `between evaluate` on {made_at} ({machine}), from {n_replies} labelled replies by {n_authors} writers to
{n_scenarios} clients.

## What it is for

Formative feedback to a trainee who has just rehearsed one reply to one standardized client: which parts of a good
conversation about between-session work were there, in their own words, and one thing to try next. It is for
practising and for talking over with a supervisor. **It is not a grade**, and it must not be used to select, pass,
rank or compare people.

## What it was made from

Every reply, label and rating was **written by language models** under briefs, not by clinicians or trainees; one
labeller read each author's file. What the model agrees with is therefore careful language-model raters using
`shared/rubric.md`, not supervisors. Agreement with real supervisors is not known yet and may well be lower.

## How it works

all-MiniLM-L6-v2 (Apache-2.0), fine-tuned to read the client's moment and the whole reply and to say for each
segment which behaviours it shows; logistic regression turns that into calibrated probabilities, ridge regression
into three scores, and conformal quantiles of the errors on held-out replies into ranges that should hold nine
ratings in ten. `says_homework` is a word rule. The guards are rules with measured thresholds.

## How far it agrees, on replies it had not seen
{tables}
## What it cannot judge

Tone, warmth, timing and silence: it reads words. Sarcasm often escapes it. Language other than English is not
scored. Rare behaviours (see n above) are found less well, and a probability near its threshold means "unclear".
Replies much unlike the corpus (other models of therapy, children, groups, interpreters) have not been tried.
"""


def as_markdown(report: dict[str, Any]) -> str:
    """Returns the model card for an evaluation report."""
    tables = "".join(_tables(report[f"by_{kind}"], name) for kind, name in NAMES.items())
    return CARD.format(
        made_at=report["made_at"], machine=report["machine"], tables=tables, **report["corpus"]
    )


def _tables(held_out: dict[str, Any], what: str) -> str:
    written, stripped = held_out["written"], held_out["without punctuation"]
    simple = held_out["baselines"]["weighted_kappa"]
    lines = [
        f"\n### Unseen {what} (n = {written['n']})\n",
        "| | weighted kappa (95 %) | without punctuation | ICC(2,1) | mean error | exact |"
        " range holds | range width | majority | length only | TF-IDF only |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, about in DIMENSIONS.items():
        one = written["dimensions"][name]
        low, high = one["weighted_kappa_interval"]
        lines.append(
            f"| {about.name} | {one['weighted_kappa']} ({low} to {high}) |"
            f" {stripped['dimensions'][name]['weighted_kappa']} | {one['icc']} |"
            f" {one['mean_absolute_error']} | {one['exact']:.0%} | {one['coverage']:.0%} |"
            f" {one['mean_width']} | " + " | ".join(str(simple[way][name]) for way in simple) + " |"
        )
    turned = held_out["refusals"]
    lines += [
        f"\nBehaviours and watch-outs: mean F1 {written['mean_f1']} (without punctuation"
        f" {stripped['mean_f1']}; TF-IDF only {held_out['baselines']['tfidf_mean_f1']}); expected"
        f" calibration error {written['calibration_error']}. Genuine replies turned away by the"
        f" guards: {sum(turned['turned_away'].values())} of {turned['n']}"
        f" ({', '.join(f'{why} {n}' for why, n in turned['turned_away'].items()) or 'none'}).\n",
        "| | n | F1 | kappa | F1 without punctuation |",
        "|---|---|---|---|---|",
    ]
    for label, one in written["labels"].items():
        shown = (BEHAVIOURS | WATCH_OUTS)[label].name
        lines.append(
            f"| {shown} (`{label}`) | {one['n']} | {one['f1']} | {one['kappa']} |"
            f" {stripped['labels'][label]['f1']} |"
        )
    return "\n".join(lines) + "\n"


@cache
def agreement_in_words(path: Path = EVALUATION) -> str:
    """Returns, for the screen, how far the scorer agreed with labels it had not seen."""
    try:
        report = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return "How far it agrees with people has not been measured on this copy."
    found = report["by_family"]["written"]
    parts = [
        f"{about.name.lower()} {found['dimensions'][name]['weighted_kappa']:.2f}"
        for name, about in DIMENSIONS.items()
    ]
    return (
        f"On {found['n']} replies to clients it had never met, its scores agreed with the"
        f" labellers’ ratings like this (weighted kappa, where 1 is perfect and 0 is chance):"
        f" {', '.join(parts)}. Those labellers were language models following the rubric; how far"
        " it agrees with human supervisors has not been measured yet."
    )
