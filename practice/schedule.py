"""What an occasion does to the state of practice, in py-fsrs's own manner.

``state + event + time → new state + a row for the log``; nothing here reads a clock or a
database (`practice/standings.py` keeps the state, `practice/next_client.py` reads it).
"""

from datetime import datetime
from typing import Any, cast

from fsrs import Card, Rating, Scheduler
from fsrs.card import CardDict
from pydantic import AwareDatetime, BaseModel, ConfigDict

from practice import levels
from practice.levels import Move, Standing
from practice.tries import Occasion
from scenarios.models import Difficulty

# Skills trained in a workshop fade within months without practice (domain.md, rule 6), so no
# re-test is further off than two of them, however well it went.
MAX_INTERVAL_DAYS = 60
# Source: Ye, Su & Cao (2022), doi:10.1145/3534678.3539081 (the model behind FSRS). Its learning
# steps of minutes are left out: trying again at once is the loop's own job. 0.9 is its default.
SCHEDULER = Scheduler(
    desired_retention=0.9,
    learning_steps=(),
    relearning_steps=(),
    maximum_interval=MAX_INTERVAL_DAYS,
    enable_fuzzing=False,
)
RETESTS_RUNNING = 2  # then something else, so that no session is all looking back
EASY = 3.25  # a first try this strong, called too easy, may wait longest


class FamilyState(BaseModel):
    """How well one family of clients is remembered: the scheduler's card, as it stores it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    family: str
    card: dict[str, Any]
    last_at: AwareDatetime

    @property
    def due_at(self) -> datetime:
        """When the family is due to be met again."""
        return datetime.fromisoformat(self.card["due"])


class State(BaseModel):
    """Everything the rules look at; ``seen`` says when each scenario was last met."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    standing: Standing = Standing()
    families: dict[str, FamilyState] = {}
    seen: dict[str, AwareDatetime] = {}


class LogRow(BaseModel):
    """What one occasion did to the state, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    attempt: str
    scenario: str
    family: str
    first: float
    best: float
    reaction: str | None
    retest: bool
    was_level: Difficulty
    level: Difficulty
    move: Move
    because: str
    due_at: AwareDatetime


def rated(first: float, reaction: str | None) -> Rating:
    """Returns what a first try says of memory; tries again, right after feedback, say nothing."""
    grade = levels.grade(first)
    if grade == "thin":
        return Rating.Again
    if grade == "middling":
        return Rating.Hard
    return Rating.Easy if first >= EASY and reaction == "too_easy" else Rating.Good


def after(state: State, occasion: Occasion) -> tuple[State, LogRow]:
    """Returns the state after an occasion, and the row for the log.

    The time of the event is when the first try was made.
    """
    first = occasion.first
    known = state.families.get(first.family)
    retest = known is not None and known.due_at <= first.at
    card = (
        Card.from_dict(cast(CardDict, known.card))
        if known
        else Card(card_id=0, due=first.at)  # its own id is never used: the family is the key
    )
    card, _ = SCHEDULER.review_card(card, rated(first.overall, occasion.reaction), first.at)
    standing, move, because = levels.judge(
        state.standing, first.difficulty, first.overall, occasion.best, occasion.reaction
    )
    met = standing.met
    if levels.grade(occasion.best) == "strong":
        met = met | {first.challenge}
    standing = standing.model_copy(
        update={
            "met": met,
            "n_retests": standing.n_retests + 1
            if retest and standing.n_retests < RETESTS_RUNNING
            else 0,
            "last_scenario": first.scenario,
            "last_challenge": first.challenge,
        }
    )
    family = FamilyState(family=first.family, card=dict(card.to_dict()), last_at=first.at)
    row = LogRow(
        attempt=first.occasion,
        scenario=first.scenario,
        family=first.family,
        first=first.overall,
        best=occasion.best,
        reaction=occasion.reaction,
        retest=retest,
        was_level=state.standing.level,
        level=standing.level,
        move=move,
        because=because,
        due_at=family.due_at,
    )
    changed = State(
        standing=standing,
        families={**state.families, first.family: family},
        seen={**state.seen, first.scenario: first.at},
    )
    return changed, row
