"""What stands beside the scorer in the report: simpler means on the same folds, and the guards."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import f1_score
from sklearn.pipeline import make_pipeline

from scenarios.models import Scenario
from scoring import agreement, dimensions, guards
from scoring.encode import LABELS
from scoring.fit_guards import UNSEEN_OFF_TOPIC, fit_guards, not_replies
from scoring.labelled import LabelledReply, presence
from scoring.measures import rounded
from scoring.train import all_folds


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
            dimension: rounded(agreement.weighted_kappa(rated[:, d], values[:, d]))
            for d, dimension in enumerate(dimensions.DIMENSION_IDS)
        }
        for name, values in said.items()
    }
    f1 = [f1_score(there[:, i], labels[:, i], zero_division=0) for i in range(len(LABELS))]
    return {"weighted_kappa": kappas, "tfidf_mean_f1": rounded(float(np.mean(f1)))}


def refusals(
    replies: Sequence[LabelledReply], library: Mapping[str, Scenario], kind: str
) -> dict[str, Any]:
    """Returns how many genuine replies the guards turn away, and how many of other texts.

    Each reply is judged by guards that had not seen its author (or family), as readings are. The
    other texts are by writers whose texts no guard has learned from; each is put to a client.
    """
    turned: dict[str, int] = {}
    clients = [library[name] for name in sorted(library)]
    others_unseen = not_replies(UNSEEN_OFF_TOPIC)
    n_caught = 0
    folds = [fold for fold in all_folds(replies, library) if fold.name.startswith(kind)]
    for fold in folds:
        others = [replies[i] for i in fold.train]
        inner = [
            within for within in all_folds(others, library) if within.name.startswith("family")
        ]
        fresh = fit_guards(others, inner)
        n_caught += sum(
            guards.refuse(text, clients[n % len(clients)], fresh) is not None
            for n, text in enumerate(others_unseen)
        )
        for i in fold.test:
            if len(replies[i].text.split()) >= guards.MIN_WORDS:
                why = guards.refuse(replies[i].text, library[replies[i].scenario], fresh)
                if why is not None:
                    turned[why] = turned.get(why, 0) + 1
    return {
        "n": len(replies),
        "turned_away": turned,
        "not_replies": {
            "n": len(others_unseen),
            "caught": rounded(n_caught / len(folds) / len(others_unseen)),
        },
    }
