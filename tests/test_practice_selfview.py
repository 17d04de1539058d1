"""Self-ratings come before the score and stay; reactions may change."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from practice import attempts, selfview, tries
from practice.selfview import Seen
from practice.store import Store
from scoring.models import DimensionScore
from tests.practised import practised


@pytest.fixture
def store(tmp_path: Path, at: datetime) -> Store:
    opened = Store(tmp_path)
    attempts.add_person(opened, "me", "You", at)
    return opened


def test_the_first_self_rating_stays(store: Store, at: datetime) -> None:
    attempt = practised(store, at, 2.0)
    mine = {"rationale": 1, "collaboration": 2, "obstacles": 3}
    selfview.rate(store, attempt.id, mine, at)
    later = selfview.rate(store, attempt.id, dict.fromkeys(mine, 4), at + timedelta(minutes=1))
    assert later.ratings == mine
    assert tries.of_person(store, "me")[0].self_rating == mine


def test_skipping_is_remembered_as_skipping(store: Store, at: datetime) -> None:
    attempt = practised(store, at, 2.0)
    assert selfview.rating_of(store, attempt.id) is None
    assert selfview.rate(store, attempt.id, None, at).ratings is None
    kept = selfview.rating_of(store, attempt.id)
    assert kept is not None and kept.ratings is None
    assert tries.of_person(store, "me")[0].self_rating is None


def test_a_rating_outside_the_scale_is_not_kept(store: Store, at: datetime) -> None:
    attempt = practised(store, at, 2.0)
    with pytest.raises(ValueError, match="cannot be kept"):
        selfview.rate(store, attempt.id, {"rationale": 5, "collaboration": 2, "obstacles": 2}, at)
    assert selfview.rating_of(store, attempt.id) is None


def test_the_last_reaction_counts(store: Store, at: datetime) -> None:
    attempt = practised(store, at, 2.0)
    assert selfview.reaction_of(store, attempt.id) is None
    selfview.react(store, attempt.id, "too_hard", at)
    selfview.react(store, attempt.id, "good_challenge", at)
    assert selfview.reaction_of(store, attempt.id) == "good_challenge"


@pytest.mark.parametrize(
    ("own", "low", "score", "high", "seen"),
    [
        (3, 1.5, 2.0, 3.0, "within"),
        (3, 2.0, 2.2, 2.8, "near"),
        (4, 1.5, 2.0, 3.0, "above"),
        (0, 1.5, 2.0, 3.0, "below"),
        (2, None, None, None, "unknown"),
    ],
)
def test_a_self_rating_is_a_gap_only_outside_the_likely_range(
    own: int, low: float | None, score: float | None, high: float | None, seen: Seen
) -> None:
    assert selfview.compare(own, DimensionScore(score=score, low=low, high=high)) == seen
