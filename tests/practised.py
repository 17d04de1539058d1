"""Tries and attempts as practice leaves them, for tests of what is built on them."""

from datetime import datetime, timedelta

from practice import attempts, selfview
from practice.attempts import Attempt
from practice.selfview import Reaction
from practice.store import Store
from practice.tries import Try
from scenarios.models import BehaviourId, Challenge, Scenario
from scoring.models import Detected, DimensionScore, Evidence, Score
from tests.stand_ins import a_scenario


def a_score(overall: float | None, shown: dict[BehaviourId, str] | None = None) -> Score:
    """A score with the same number everywhere; ``shown`` maps behaviours to their words."""
    value = DimensionScore(score=overall, low=overall, high=overall)
    return Score(
        status="unscored" if overall is None else "scored",
        reason="too_short" if overall is None else None,
        dimensions={"rationale": value, "collaboration": value, "obstacles": value},
        overall=overall,
        behaviours={
            name: Detected(
                present=True,
                probability=0.9,
                evidence=(Evidence(text=words, start=0, end=len(words)),),
            )
            for name, words in (shown or {}).items()
        },
        watch_outs={},
        keep=None,
        change="Next time, begin with what you heard.",
        model_version="v1",
    )


def practised(
    store: Store,
    at: datetime,
    overall: float | None,
    *,
    scenario: Scenario | None = None,
    retry_of: str | None = None,
    reaction: Reaction | None = None,
    shown: dict[BehaviourId, str] | None = None,
) -> Attempt:
    """An attempt typed and scored within a minute, kept in the store."""
    attempt = attempts.start(
        store,
        person="me",
        scenario=scenario or a_scenario(),
        at=at,
        typed="It sounds as if writing is not for you.",
        retry_of=retry_of,
    )
    score = a_score(overall, shown)
    later = at + timedelta(minutes=1)
    attempt = attempts.move(store, attempt, score.status, later, reason=score.reason, score=score)
    if reaction is not None:
        selfview.react(store, attempt.id, reaction, later)
    return attempt


def a_try(
    at: datetime,
    overall: float,
    *,
    family: str = "records",
    challenge: Challenge = "refusal",
    occasion: str | None = None,
    shown: tuple[BehaviourId, ...] = (),
    expects: tuple[BehaviourId, ...] = ("reflection",),
    own: int | None = None,
) -> Try:
    """One scored try, with the same number everywhere."""
    name = at.isoformat()
    value = DimensionScore(score=overall, low=overall, high=overall)
    return Try(
        attempt=name,
        occasion=occasion or name,
        scenario=family,
        title="A title",
        client="Ada",
        family=family,
        challenge=challenge,
        difficulty="beginner",
        expects=expects,
        at=at,
        ended_at=at + timedelta(minutes=1),
        overall=overall,
        scores={"rationale": value, "collaboration": value, "obstacles": value},
        shown=frozenset(shown),
        self_rating=None
        if own is None
        else {"rationale": own, "collaboration": own, "obstacles": own},
    )
