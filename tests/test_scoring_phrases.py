"""Words and letters are counted as scikit-learn counts them, and weighed by hand the same."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import HashingVectorizer

from scoring.encode import without_punctuation
from scoring.labelled import load_corpus
from scoring.phrases import LETTER_RUNS, N_PLACES, WORD_RUNS, Counts, Phrases, counts, weighted

PLAIN = {"n_features": N_PLACES, "norm": None, "alternate_sign": False}
WORDS = HashingVectorizer(ngram_range=(WORD_RUNS[0], WORD_RUNS[-1]), **PLAIN)
LETTERS = HashingVectorizer(
    analyzer="char_wb", ngram_range=(LETTER_RUNS[0], LETTER_RUNS[-1]), **PLAIN
)


def same_as_scikit_learn(text: str) -> bool:
    for vectorizer, ours in zip((WORDS, LETTERS), counts(text), strict=True):
        theirs = vectorizer.transform([without_punctuation(text)])
        theirs.sort_indices()
        if not np.array_equal(theirs.indices, ours.places):
            return False
        if not np.array_equal(theirs.data, ours.n):
            return False
    return True


def test_real_replies_are_counted_as_scikit_learn_counts_them() -> None:
    sample = [one.text for one in load_corpus()[::40]]
    assert [text for text in sample if not same_as_scikit_learn(text)] == []


@given(st.text(max_size=60))
def test_any_text_is_counted_as_scikit_learn_counts_it(text: str) -> None:
    assert same_as_scikit_learn(text)


def test_each_half_is_weighed_to_length_one() -> None:
    # Words: 3 and 4 times as telling: (3, 4) / 5. Letters: one place twice, (1 + ln 2) / itself.
    idf = np.zeros(2 * N_PLACES, np.float32)
    idf[[7, 9, N_PLACES + 2]] = 3, 4, 1
    words = Counts(np.array([7, 9]), np.ones(2, np.float32))
    letters = Counts(np.array([2]), np.full(1, 2, np.float32))
    places, values = weighted((words, letters), idf)
    assert places.tolist() == [7, 9, N_PLACES + 2]
    assert values == pytest.approx([0.6, 0.8, 1.0])


def test_a_text_without_words_has_the_log_odds_of_the_bias() -> None:
    nothing = Phrases(
        np.ones(2 * N_PLACES, np.float32),
        np.ones((2 * N_PLACES, 1), np.float32),
        np.full(1, -2.5, np.float32),
    )
    assert nothing.read(["…"]).tolist() == [[-2.5]]
