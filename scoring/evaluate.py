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
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import f1_score
from sklearn.pipeline import make_pipeline

from scenarios.load import load_library
from scenarios.models import Scenario
from scoring import agreement, dimensions, guards
from scoring.behaviours import probability, strengths
from scoring.encode import LABELS, MODEL_DIR
from scoring.fit import (
    fit_dimension,
    fit_on_topic,
    known_pairs,
    label_heads,
    reply_features,
)
from scoring.heads import load_heads
from scoring.labelled import LabelledReply, load_corpus, presence
from scoring.report import as_markdown
from scoring.train import KINDS, WORK, Reading, all_folds, load_readings, read_fold

EVALUATION = MODEL_DIR / "evaluation.json"
MODEL_CARD = MODEL_DIR / "model_card.md"
N_BINS = 10  # of probability, for the calibration error
WAYS = {"written": True, "without punctuation": False}

Numbers = NDArray[np.float64]


def calibration_error(likely: Numbers, there: NDArray[np.bool_]) -> float:
    """Returns the expected calibration error: the mean gap between said and seen, over bins."""
    which = np.minimum((likely * N_BINS).astype(int), N_BINS - 1)
    gaps = [
        abs(likely[which == b].mean() - there[which == b].mean()) * (which == b).mean()
        for b in range(N_BINS)
        if (which == b).any()
    ]
    return float(sum(gaps))


def held_out(
    readings: Sequence[Reading],
    by_id: Mapping[str, LabelledReply],
    library: Mapping[str, Scenario],
) -> dict[str, Any]:
    """Returns what is predicted for each reading by heads fitted on the other folds only."""
    n = len(readings)
    likely = np.zeros((n, len(LABELS)))
    present = np.zeros((n, len(LABELS)), bool)
    scores, low, high = np.zeros((n, 3)), np.zeros((n, 3)), np.zeros((n, 3))
    names = sorted({one.fold for one in readings})
    for name in names:
        others = [one for one in readings if one.fold != name]
        here = [i for i, one in enumerate(readings) if one.fold == name]
        heads = label_heads(others, by_id)
        rated = np.array([by_id[one.reply].ratings for one in others], float)
        found = reply_features(others, heads, by_id, library)
        fitted = [fit_dimension(found, rated[:, d]) for d in range(3)]
        mine = reply_features([readings[i] for i in here], heads, by_id, library)
        for row, i in enumerate(here):
            strong = strengths(readings[i].segments)
            for column, label in enumerate(LABELS):
                likely[i, column] = probability(strong[column], heads[label])
                present[i, column] = likely[i, column] >= heads[label].threshold
            for d in range(3):
                one = dimensions.score(mine[row], fitted[d])
                scores[i, d], low[i, d], high[i, d] = one.score or 0, one.low or 0, one.high or 0
    return {"likely": likely, "present": present, "scores": scores, "low": low, "high": high}


def measure(
    readings: Sequence[Reading], predicted: Mapping[str, Any], by_id: Mapping[str, LabelledReply]
) -> dict[str, Any]:
    """Returns every measure of one way of holding out, from readings and their predictions."""
    there = np.array([presence(by_id[one.reply]) for one in readings])
    rated = np.array([by_id[one.reply].ratings for one in readings])
    replies = [one.reply for one in readings]
    labels = {}
    for column, label in enumerate(LABELS):
        truth, said = there[:, column], predicted["present"][:, column]
        labels[label] = {
            "n": int(truth.sum()),
            "f1": _rounded(f1_score(truth, said, zero_division=0)),
            "kappa": _rounded(agreement.kappa(truth.tolist(), said.tolist())),
        }
    made = {}
    for d, name in enumerate(dimensions.DIMENSION_IDS):
        made[name] = _dimension(rated[:, d], predicted, d, replies)
    return {
        "n": len(readings),
        "labels": labels,
        "mean_f1": _rounded(float(np.mean([one["f1"] for one in labels.values()]))),
        "calibration_error": _rounded(
            float(
                np.mean(
                    [
                        calibration_error(predicted["likely"][:, i], there[:, i])
                        for i in range(len(LABELS))
                    ]
                )
            )
        ),
        "dimensions": made,
    }


def _dimension(
    rated: NDArray[np.int_], predicted: Mapping[str, Any], d: int, replies: Sequence[str]
) -> dict[str, Any]:
    score, low, high = (predicted[key][:, d] for key in ("scores", "low", "high"))
    whole = np.round(score).astype(int)
    # A reply is read twice (written, without punctuation), so replies are drawn, not readings.
    kappa = agreement.with_interval(agreement.weighted_kappa, rated, whole, groups=replies)
    return {
        "weighted_kappa": _rounded(kappa.value),
        "weighted_kappa_interval": [_rounded(kappa.low), _rounded(kappa.high)],
        "icc": _rounded(agreement.icc(np.column_stack([rated, score]))),
        "mean_absolute_error": _rounded(float(np.abs(rated - score).mean())),
        "exact": _rounded(float((rated == whole).mean())),
        "coverage": _rounded(float(((rated >= low - 0.005) & (rated <= high + 0.005)).mean())),
        "mean_width": _rounded(float((high - low).mean())),
    }


def baselines(
    replies: Sequence[LabelledReply], library: Mapping[str, Scenario], kind: str
) -> dict[str, Any]:
    """Returns, beside ours, what simpler means reach on the same folds.

    Majority says the commonest rating, length knows only the number of words, TF-IDF knows words
    and pairs of words (ridge for the ratings, logistic regression for the labels).
    """
    texts = np.array([one.text for one in replies])
    n_words = np.array([[len(text.split())] for text in texts], float)
    rated = np.array([one.ratings for one in replies])
    there = np.array([presence(one) for one in replies])
    said = {name: np.zeros_like(rated) for name in ("majority", "length only", "TF-IDF only")}
    labels = np.zeros_like(there)
    for fold in all_folds(replies, library):
        if not fold.name.startswith(kind):
            continue
        a, b = list(fold.train), list(fold.test)
        said["majority"][b] = [np.bincount(column).argmax() for column in rated[a].T]
        for name, model, x in (
            ("length only", Ridge(), n_words),
            ("TF-IDF only", make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), Ridge()), texts),
        ):
            estimate = model.fit(x[a], rated[a]).predict(x[b])
            said[name][b] = np.round(estimate).clip(0, 4).astype(int)
        for column in range(len(LABELS)):
            counted = make_pipeline(
                TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression(class_weight="balanced")
            )
            counted.fit(texts[a], there[a, column])
            labels[b, column] = counted.predict(texts[b])
    kappas = {
        name: {
            dimension: _rounded(agreement.weighted_kappa(rated[:, d], values[:, d]))
            for d, dimension in enumerate(dimensions.DIMENSION_IDS)
        }
        for name, values in said.items()
    }
    f1 = [f1_score(there[:, i], labels[:, i], zero_division=0) for i in range(len(LABELS))]
    return {"weighted_kappa": kappas, "tfidf_mean_f1": _rounded(float(np.mean(f1)))}


def refusals(
    replies: Sequence[LabelledReply], library: Mapping[str, Scenario], kind: str
) -> dict[str, Any]:
    """Returns how many genuine replies the guards turn away.

    Each reply is judged by guards that had not seen its author (or family), as readings are.
    """
    heads = load_heads()
    turned: dict[str, int] = {}
    for fold in all_folds(replies, library):
        if fold.name.startswith(kind):
            others = [replies[i] for i in fold.train]
            fresh = heads.model_copy(
                update={"known_pairs": known_pairs(others), "on_topic": fit_on_topic(others)}
            )
            for i in fold.test:
                why = guards.refuse(replies[i].text, library[replies[i].scenario], fresh)
                if why is not None:
                    turned[why] = turned.get(why, 0) + 1
    return {"n": len(replies), "turned_away": turned}


def evaluate(work: Path = WORK) -> dict[str, Any]:
    """Returns the whole report; reads of folds that training kept are used, others are made."""
    replies, library = load_corpus(), load_library()
    by_id = {one.id: one for one in replies}
    report: dict[str, Any] = {
        "made_at": datetime.now(UTC).date().isoformat(),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, Python "
        f"{platform.python_version()}",
        "corpus": {
            "n_replies": len(replies),
            "n_authors": len({one.author for one in replies}),
            "n_scenarios": len({one.scenario for one in replies}),
        },
    }
    work.mkdir(parents=True, exist_ok=True)
    folds = all_folds(replies, library)
    for kind in KINDS:
        readings = load_readings(read_fold(f, work) for f in folds if f.name.startswith(kind))
        predicted = held_out(readings, by_id, library)
        ways = {}
        for way, punctuated in WAYS.items():
            rows = [i for i, one in enumerate(readings) if one.punctuated == punctuated]
            some = {key: value[rows] for key, value in predicted.items()}
            ways[way] = measure([readings[i] for i in rows], some, by_id)
        report[f"by_{kind}"] = {
            **ways,
            "baselines": baselines(replies, library, kind),
            "refusals": refusals(replies, library, kind),
        }
    return report


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), 3)


def main(out: Path | None = None, work: Path = WORK) -> None:
    """Evaluates and writes the report (to ``out``, else beside the model) and the model card."""
    report = evaluate(work)
    folder = out or MODEL_DIR
    folder.mkdir(parents=True, exist_ok=True)
    (folder / EVALUATION.name).write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    (folder / MODEL_CARD.name).write_text(as_markdown(report), "utf-8")
    print(as_markdown(report))


if __name__ == "__main__":
    main()
