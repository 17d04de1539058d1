"""How well the scorer agrees with the labelled corpus, on replies that it had not seen.

``between evaluate`` fits what is fitted again for every fold, on the other folds only, from the
readings that training kept (`scoring/train.py`), and writes the report that the app shows.
"""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from scenarios.load import load_library
from scenarios.models import Scenario
from scoring import dimensions
from scoring.baselines import baselines, refusals
from scoring.behaviours import probability, strengths
from scoring.blind import between_labellers
from scoring.encode import LABELS, MODEL_DIR
from scoring.figures import draw_all, learning, save
from scoring.fit import fit_dimension, label_heads, reply_features
from scoring.labelled import LabelledReply, load_corpus, load_ratings, presence, writers
from scoring.measures import Predicted, by_group, measure
from scoring.report import as_markdown, worst_as_markdown
from scoring.train import (
    CURVE_PERCENT,
    KINDS,
    WORK,
    Reading,
    all_folds,
    curve_folds,
    read_all,
)

EVALUATION = MODEL_DIR / "evaluation.json"
MODEL_CARD = MODEL_DIR / "model_card.md"
DISAGREEMENTS = MODEL_DIR / "disagreements.md"
N_WORST = 20
SHORT, LONG = 40, 100  # words: the corpus's lower and upper thirds, roughly


def held_out(
    readings: Sequence[Reading],
    by_id: Mapping[str, LabelledReply],
    library: Mapping[str, Scenario],
) -> Predicted:
    """Returns what is predicted for each reading by heads fitted on the other folds only."""
    n = len(readings)
    likely = np.zeros((n, len(LABELS)))
    present = np.zeros((n, len(LABELS)), bool)
    scores, low, high = np.zeros((n, 3)), np.zeros((n, 3)), np.zeros((n, 3))
    for name in sorted({one.fold for one in readings}):
        others = [one for one in readings if one.fold != name]
        here = [i for i, one in enumerate(readings) if one.fold == name]
        heads = label_heads(others, by_id)
        rated = np.array([by_id[one.reply].ratings for one in others], float)
        found = reply_features(others, heads, by_id, library)
        fitted = [fit_dimension(found, rated[:, d]) for d in range(3)]
        mine = reply_features([readings[i] for i in here], heads, by_id, library)
        for row, i in enumerate(here):
            strong = strengths(readings[i].segments, readings[i].phrases)
            for column, label in enumerate(LABELS):
                likely[i, column] = probability(strong[column], heads[label])
                present[i, column] = likely[i, column] >= heads[label].threshold
            for d in range(3):
                one = dimensions.score(mine[row], fitted[d])
                scores[i, d], low[i, d], high[i, d] = one.score or 0, one.low or 0, one.high or 0
    return Predicted(
        tuple(one.reply for one in readings),
        likely,
        present,
        np.array([presence(by_id[one.reply]) for one in readings]),
        scores,
        low,
        high,
        np.array([by_id[one.reply].ratings for one in readings]),
    )


def by_way(
    made: Predicted, readings: Sequence[Reading], by_id: Mapping[str, LabelledReply]
) -> dict[str, Any]:
    """Returns the measures of replies as written and stripped; and of those that were spoken, as
    written beside as heard, which is what the recogniser costs."""
    spoken = {one.id for one in by_id.values() if one.heard}
    rows = {
        "written": [i for i, one in enumerate(readings) if one.way == "written"],
        "stripped": [i for i, one in enumerate(readings) if one.way == "stripped"],
        "heard": [i for i, one in enumerate(readings) if one.way == "heard"],
        "heard, as written": [
            i for i, one in enumerate(readings) if one.way == "written" and one.reply in spoken
        ],
    }
    return {way: measure(made.only(some)) for way, some in rows.items() if some}


def groups(
    made: Predicted,
    readings: Sequence[Reading],
    by_id: Mapping[str, LabelledReply],
    library: Mapping[str, Scenario],
) -> dict[str, Any]:
    """Returns the measures of written replies by difficulty, challenge, writers and length."""
    rows = [i for i, one in enumerate(readings) if one.way == "written"]
    replies = [by_id[readings[i].reply] for i in rows]
    some, community = made.only(rows), writers()

    def length(reply: LabelledReply) -> str:
        n_words = len(reply.text.split())
        if n_words < SHORT:
            return f"under {SHORT} words"
        return f"{SHORT} to {LONG} words" if n_words <= LONG else f"over {LONG} words"

    return {
        "difficulty": by_group(some, [library[one.scenario].difficulty for one in replies]),
        "challenge": by_group(some, [library[one.scenario].challenge for one in replies]),
        "writers": by_group(some, [community[one.author] for one in replies]),
        "length": by_group(some, [length(one) for one in replies]),
    }


def worst(
    made: Predicted, readings: Sequence[Reading], by_id: Mapping[str, LabelledReply]
) -> list[dict[str, Any]]:
    """Returns the written replies on which score and rating are furthest apart, and why."""
    rows = [i for i, one in enumerate(readings) if one.way == "written"]
    far = sorted(
        ((abs(made.rated[i, d] - made.scores[i, d]), i, d) for i in rows for d in range(3)),
        reverse=True,
    )
    found = []
    for _, i, d in far[:N_WORST]:
        reply = by_id[readings[i].reply]
        found.append(
            {
                "id": reply.id,
                "scenario": reply.scenario,
                "dimension": dimensions.DIMENSION_IDS[d],
                "rated": int(made.rated[i, d]),
                "score": round(float(made.scores[i, d]), 1),
                "found": [one for k, one in enumerate(LABELS) if made.present[i, k]],
                "labelled": [one for k, one in enumerate(LABELS) if made.there[i, k]],
                "text": reply.text,
            }
        )
    return found


def learning_curve(
    replies: Sequence[LabelledReply], library: Mapping[str, Scenario], work: Path
) -> list[dict[str, Any]]:
    """Returns the agreement on one fold's writers by how many replies were learned from.

    Heads are fitted on the other two folds' readings, so the points below the whole differ in the
    encoder alone.
    """
    by_id = {one.id: one for one in replies}
    authors = [fold for fold in all_folds(replies, library) if fold.name.startswith("author")]
    first, *others = authors
    rest = read_all(others, work)
    points = []
    for fold in [*curve_folds(replies, library), first]:
        here = read_all([fold], work)
        made = held_out([*rest, *here], by_id, library)
        rows = range(len(rest), len(rest) + len(here))
        written = [i for i in rows if here[i - len(rest)].way == "written"]
        found = measure(made.only(written), intervals=False)
        points.append(
            {
                "n_learned_from": len(fold.train),
                "mean_f1": found["mean_f1"],
                **{name: one["weighted_kappa"] for name, one in found["dimensions"].items()},
            }
        )
    return points


def evaluate(work: Path = WORK) -> dict[str, Any]:
    """Returns the whole report; readings that training kept are used, others are made."""
    replies, library = load_corpus(), load_library()
    by_id = {one.id: one for one in replies}
    report: dict[str, Any] = {
        "made_at": datetime.now(UTC).date().isoformat(),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, Python "
        f"{platform.python_version()}",
        "corpus": {
            "n_replies": len(replies),
            "n_writers": len({one.author for one in replies}),
            "n_scenarios": len({one.scenario for one in replies}),
            "n_heard": sum(bool(one.heard) for one in replies),
        },
        "labellers": between_labellers(load_ratings()),
        "curve_percent": [*CURVE_PERCENT, 100],
    }
    work.mkdir(parents=True, exist_ok=True)
    folds = all_folds(replies, library)
    for kind in KINDS:
        readings = read_all([f for f in folds if f.name.startswith(kind)], work)
        made = held_out(readings, by_id, library)
        report[f"by_{kind}"] = {
            "ways": by_way(made, readings, by_id),
            "groups": groups(made, readings, by_id, library),
            "worst": worst(made, readings, by_id),
            "baselines": baselines(replies, library, kind),
            "refusals": refusals(replies, library, kind),
        }
        if kind == "family":
            draw_all(made, [one.way for one in readings], MODEL_DIR)
    report["learning_curve"] = learning_curve(replies, library, work)
    save(learning(report["learning_curve"]), MODEL_DIR / "learning.svg")
    return report


def main(out: Path | None = None, work: Path = WORK) -> None:
    """Evaluates and writes the report (to ``out``, else beside the model) and the model card."""
    report = evaluate(work)
    folder = out or MODEL_DIR
    folder.mkdir(parents=True, exist_ok=True)
    (folder / EVALUATION.name).write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    (folder / MODEL_CARD.name).write_text(as_markdown(report), "utf-8")
    (folder / DISAGREEMENTS.name).write_text(worst_as_markdown(report), "utf-8")
    print(as_markdown(report))


if __name__ == "__main__":
    main()
