"""The report's numbers, each worked by hand beside what is expected."""

import numpy as np
import pytest

from scoring.blind import between_labellers
from scoring.encode import LABELS
from scoring.labelled import BlindRating
from scoring.measures import (
    Predicted,
    by_group,
    calibration_curve,
    calibration_error,
    mean_f1_of_common,
    measure,
)

N = len(LABELS)


def made(present, there, scores, rated, width=0.5):
    """Readings whose first label is as told and whose others are nowhere."""
    n = len(rated)
    flags = np.zeros((2, n, N), bool)
    flags[0, :, 0], flags[1, :, 0] = present, there
    three = np.repeat(np.array(scores, float)[:, None], 3, axis=1)
    return Predicted(
        tuple(f"r{i}" for i in range(n)),
        flags[0].astype(float),
        flags[0],
        flags[1],
        three,
        three - width,
        three + width,
        np.repeat(np.array(rated)[:, None], 3, axis=1),
    )


def test_calibration_error_is_the_mean_gap_over_bins_by_their_size():
    likely = np.array([0.05, 0.05, 0.95, 0.95])
    there = np.array([False, True, True, True])
    # Lowest bin: said .05, seen .5, gap .45; highest: said .95, seen 1, gap .05; half each.
    assert calibration_error(likely, there) == pytest.approx((0.45 + 0.05) / 2)
    assert calibration_curve(likely, there) == [
        (pytest.approx(0.05), 0.5, 2),
        (pytest.approx(0.95), 1.0, 2),
    ]


def test_a_labels_f1_and_kappa_are_those_of_its_own_column():
    found = measure(made([1, 1, 0, 0], [1, 0, 1, 0], [0, 1, 2, 3], [0, 1, 2, 3]), intervals=False)
    first = found["labels"][LABELS[0]]
    # One of two found is right, one of two that are there is found: F1 = .5; agreement is 2 of 4
    # where chance gives 2 of 4, so kappa = 0.
    assert first == {"n": 2, "f1": 0.5, "kappa": 0.0}
    assert found["mean_f1"] == pytest.approx(0.5 / N, abs=0.001)


def test_scores_are_compared_with_ratings_rounded_for_kappa_and_plain_for_the_error():
    found = measure(made([0] * 4, [0] * 4, [0.4, 1.4, 2.4, 2.4], [0, 1, 2, 3]), intervals=False)
    one = found["dimensions"]["rationale"]
    # Rounded scores 0 1 2 2 against 0 1 2 3: squared differences 0 0 0 1, mean .25. Pairing at
    # random: for scores (mean 1.25) and ratings (mean 1.5) it is var + var + difference of means
    # squared = .6875 + 1.25 + .0625 = 2. Weighted kappa = 1 - .25 / 2.
    assert one["weighted_kappa"] == pytest.approx(1 - 0.25 / 2, abs=0.001)
    assert one["mean_absolute_error"] == pytest.approx((0.4 + 0.4 + 0.4 + 0.6) / 4)
    assert one["exact"] == 0.75
    assert one["within_one"] == 1.0
    assert one["coverage"] == 0.75  # the last is 0.6 away and the range reaches 0.5
    assert one["mean_width"] == 1.0


def test_groups_are_measured_apart_and_rare_labels_left_out_of_their_mean():
    readings = made([1, 0, 1, 0], [1, 0, 0, 1], [0, 1, 2, 3], [0, 1, 3, 2])
    found = by_group(readings, ["a", "a", "b", "b"])
    assert [found[group]["n"] for group in ("a", "b")] == [2, 2]
    assert found["a"]["rationale"] == 1.0
    assert found["a"]["mean_f1"] is None  # one reply with a label says nothing about it
    labels = {"often": {"n": 8, "f1": 0.5}, "seldom": {"n": 7, "f1": 0.0}}
    assert mean_f1_of_common(labels) == 0.5


def blind(reply, labeller, labels, ratings):
    return BlindRating(id=reply, labeller=labeller, labels=labels, ratings=ratings)


def test_two_labellers_are_compared_on_the_replies_they_share():
    found = between_labellers(
        [
            blind("1", "x", ("reflection",), (0, 1, 2)),
            blind("1", "y", ("reflection",), (0, 1, 3)),
            blind("2", "x", ("reflection", "choice"), (4, 3, 2)),
            blind("2", "y", ("choice",), (4, 3, 2)),
            blind("3", "x", ("choice",), (1, 1, 1)),  # nobody else labelled it
        ]
    )
    assert found["n"] == 2
    assert found["labels"]["choice"] == {"kappa": 1.0, "f1": 1.0}
    # reflection: x says it of both, y of the first: 2 x 1 agreed of 2 + 1.
    assert found["labels"]["reflection"]["f1"] == pytest.approx(2 / 3, abs=0.001)
    assert found["dimensions"]["rationale"]["weighted_kappa"] == 1.0
    assert found["dimensions"]["obstacles"]["exact"] == 0.5


def test_nothing_labelled_twice_is_said_to_be_nothing():
    assert between_labellers([]) == {"n": 0}
