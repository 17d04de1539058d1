"""The evaluation in words and tables: the model card, and the sentence shown beside every score."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from scenarios.models import DimensionId
from scoring.encode import MODEL_DIR
from scoring.rubric import BEHAVIOURS, DIMENSIONS, WATCH_OUTS

EVALUATION = MODEL_DIR / "evaluation.json"
NAMES = {"author": "writers", "family": "scenario families"}
# What the product set out to reach, on labels that training did not see.
TARGET_KAPPA: dict[DimensionId, float] = {
    "rationale": 0.75,
    "collaboration": 0.85,
    "obstacles": 0.80,
}
TARGET_F1, LEAST_F1 = 0.75, 0.55
TARGET_COVERAGE = (0.88, 0.92)
TARGET_CALIBRATION = 0.05
MOST_LOST_HEARD = 0.03

CARD = """# Model card: the scorer of Between Sessions

Made by `between evaluate` on {made_at} ({machine}), from {n_replies} labelled replies by {n_writers} writers to
{n_scenarios} clients; {n_heard} of the replies were also spoken by a voice model and heard by our own Whisper.

## What it is for

Formative feedback to a trainee who has just rehearsed one reply to one standardized client: which parts of a good
conversation about between-session work were there, in their own words, and one thing to try next. It is for
practising and for talking over with a supervisor. **It is not a grade**, and it must not be used to select, pass,
rank or compare people.

## What it was made from

Every reply, label and rating was **written by language models** under briefs, not by clinicians or trainees; the data
card (`scoring/corpus/DATA_CARD.md`) says how. What the model agrees with is therefore careful language-model raters using
our rubric, not supervisors. Agreement with real supervisors is not known yet and may well be lower.

## How it works

all-MiniLM-L6-v2 (Apache-2.0), fine-tuned to read the client's moment and the whole reply and to say for each
segment which behaviours it shows, and logistic regression on hashed words and letters, which says the same without context
(`docs/decisions/0007`). Logistic regression turns both into calibrated probabilities, ridge regression turns those into three scores, and conformal quantiles of the errors on held-out replies into ranges that should hold nine
ratings in ten. `says_homework` is a word rule. The guards are rules with measured thresholds; whether a text is said to a client at
all is read from hashed words and letters too.

## How far it agrees, on replies it had not seen

"Unseen writers" means that every writer's replies were scored by a model that had learned from none of theirs (three groups of
writers left out in turn); "unseen scenario families" likewise. Labels and ratings are the settled ones. The
encoder was measured before it was rounded to 8 bits, and the form of the committee was chosen on two of the three groups of writers, so the
writers' column may be a little kind; nothing was chosen on families.
{reached}
{labellers}{tables}
## More data

{curve}

![What was rated and what was scored](rated.svg)
![Calibration](calibration.svg)
![Learning curve](learning.svg)

The {n_worst} furthest misses of each kind, with what was found in them, are in `disagreements.md`.

## What it cannot judge

Tone, warmth, timing and silence: it reads words. Sarcasm often escapes it. Language other than English is not
scored. Rare behaviours (see n above) are found less well, and a probability near its threshold means "unclear".
Replies much unlike the corpus (other models of therapy, children, groups, interpreters) have not been tried.
"""


def as_markdown(report: Mapping[str, Any]) -> str:
    """Returns the model card for an evaluation report."""
    return CARD.format(
        made_at=report["made_at"],
        machine=report["machine"],
        reached=_reached(report),
        labellers=_labellers(report["labellers"]),
        tables="".join(_tables(report[f"by_{kind}"], name) for kind, name in NAMES.items()),
        curve=_curve(report["learning_curve"]),
        n_worst=len(report["by_author"]["worst"]),
        **report["corpus"],
    )


def _reached(report: Mapping[str, Any]) -> str:
    """What was to be reached beside what was, plainly."""
    rows = ["\n| | to reach | unseen writers | unseen families |", "|---|---|---|---|"]
    both = [report[f"by_{kind}"]["ways"] for kind in NAMES]

    def row(what: str, goal: str, *values: Any) -> None:
        rows.append(f"| {what} | {goal} | " + " | ".join(str(one) for one in values) + " |")

    for name, goal in TARGET_KAPPA.items():
        kappas = [w["written"]["dimensions"][name]["weighted_kappa"] for w in both]
        row(f"{DIMENSIONS[name].name}, weighted kappa", f"≥ {goal}", *kappas)
    row("behaviours, mean F1", f"≥ {TARGET_F1}", *(w["written"]["mean_f1"] for w in both))
    weak = [min(w["written"]["labels"].items(), key=lambda one: one[1]["f1"]) for w in both]
    row("the weakest behaviour", f"≥ {LEAST_F1}", *(f"{one['f1']} ({name})" for name, one in weak))
    covers = [
        "/".join(f"{one['coverage']:.0%}" for one in w["written"]["dimensions"].values())
        for w in both
    ]
    low, high = TARGET_COVERAGE
    row("90 % ranges hold", f"{low:.0%} to {high:.0%}", *covers)
    errors = [w["written"]["calibration_error"] for w in both]
    row("calibration error", f"≤ {TARGET_CALIBRATION}", *errors)
    row("most lost when spoken and heard", f"≤ {MOST_LOST_HEARD}", *(_lost(w) for w in both))
    return "\n".join(rows) + "\n"


def _lost(ways: Mapping[str, Any]) -> str:
    if "heard" not in ways:
        return "not measured"
    said, heard = ways["heard, as written"], ways["heard"]
    lost = {"mean F1": said["mean_f1"] - heard["mean_f1"]}
    for name in DIMENSIONS:
        before = said["dimensions"][name]["weighted_kappa"]
        lost[name] = before - heard["dimensions"][name]["weighted_kappa"]
    most = max(lost, key=lambda one: lost[one])
    return f"{max(lost[most], 0):.3f} ({most}, n = {heard['n']})"


def _labellers(found: Mapping[str, Any]) -> str:
    if not found["n"]:
        return ""
    kappas = ", ".join(
        f"{about.name.lower()} {found['dimensions'][name]['weighted_kappa']}"
        for name, about in DIMENSIONS.items()
    )
    return (
        f"Two labellers who did not see each other's work agreed on {found['n']} replies like this:"
        f" weighted kappa {kappas}; one's labels against the other's, mean F1 {found['mean_f1']}."
        " A scorer can hardly do better than that.\n"
    )


def _curve(points: list[dict[str, Any]]) -> str:
    lines = [
        "On the same unseen writers, by how many replies the encoder learned from:\n",
        "| replies | " + " | ".join(about.name for about in DIMENSIONS.values()) + " | mean F1 |",
        "|---|---|---|---|---|",
    ]
    for one in points:
        numbers = [one[name] for name in DIMENSIONS]
        lines.append(
            f"| {one['n_learned_from']} | "
            + " | ".join(map(str, numbers))
            + f" | {one['mean_f1']} |"
        )
    return "\n".join(lines)


def _tables(held_out: Mapping[str, Any], what: str) -> str:
    written, stripped = held_out["ways"]["written"], held_out["ways"]["stripped"]
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
        f" ({', '.join(f'{why} {n}' for why, n in turned['turned_away'].items()) or 'none'})."
        f" Of {turned['not_replies']['n']} texts that are no replies, by a writer whose texts no"
        f" guard has learned from, they turn away {turned['not_replies']['caught']:.0%}.\n",
        "| | n | F1 | kappa | F1 without punctuation |",
        "|---|---|---|---|---|",
    ]
    for label, one in written["labels"].items():
        shown = (BEHAVIOURS | WATCH_OUTS)[label].name
        lines.append(
            f"| {shown} (`{label}`) | {one['n']} | {one['f1']} | {one['kappa']} |"
            f" {stripped['labels'][label]['f1']} |"
        )
    lines += ["\n| group | n | mean F1 | Rationale | Collaboration | Obstacle handling |"]
    lines += ["|---|---|---|---|---|---|"]
    for of, found in held_out["groups"].items():
        for group, one in found.items():
            numbers = " | ".join(str(one[name]) for name in DIMENSIONS)
            lines.append(f"| {of}: {group} | {one['n']} | {one['mean_f1']} | {numbers} |")
    return "\n".join(lines) + "\n"


def worst_as_markdown(report: Mapping[str, Any]) -> str:
    """Returns the furthest misses, each with what was found and what was labelled."""
    parts = ["# The furthest misses\n\nWritten by `between evaluate` on " + report["made_at"] + "."]
    for kind, name in NAMES.items():
        parts.append(f"\n## Unseen {name}\n")
        for one in report[f"by_{kind}"]["worst"]:
            parts.append(
                f"- **{one['id']}**, {one['scenario']}, {one['dimension']}: rated {one['rated']},"
                f" scored {one['score']}. Found: {', '.join(one['found']) or 'nothing'}."
                f" Labelled: {', '.join(one['labelled']) or 'nothing'}.\n  > {one['text']}"
            )
    return "\n".join(parts) + "\n"


@cache
def agreement_in_words(path: Path = EVALUATION) -> str:
    """Returns, for the screen, how far the scorer agreed with labels it had not seen."""
    try:
        report = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return "How far it agrees with people has not been measured on this copy."
    found = report["by_family"]["ways"]["written"]
    parts = [
        f"{about.name.lower()} {found['dimensions'][name]['weighted_kappa']:.2f}"
        for name, about in DIMENSIONS.items()
    ]
    return (
        f"On {found['n']} replies to clients it had never met, its scores agreed with the"
        f" labellers’ ratings like this (weighted kappa, where 1 is perfect and 0 is chance):"
        f" {', '.join(parts)}. Those labellers were language models following the rubric; no"
        " study with human supervisors has been made yet."
    )
