"""The written plan a client would take home: six plain questions, checked, never scored.

Source: Ryum & Kazantzis (2024), doi:10.32872/cpe.12607, practice point e: a written summary with
instructions and the reason.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, StringConstraints

from practice.store import Store
from scenarios.models import BehaviourId
from scoring.models import Score

Part = Literal["what", "when", "where", "how_long", "why", "what_if"]
PARTS: tuple[Part, ...] = get_args(Part)
PART_CHARS = 400
Written = Annotated[str, StringConstraints(strip_whitespace=True, max_length=PART_CHARS)]

# Which behaviours of a spoken reply are about a part of the plan.
SPOKEN: dict[Part, tuple[BehaviourId, ...]] = {
    "what": ("right_sizes", "client_ideas"),
    "when": ("specifics",),
    "where": ("specifics",),
    "how_long": ("specifics", "right_sizes"),
    "why": ("how_it_helps", "goal_link", "session_link", "learning_frame"),
    "what_if": ("coping_plan", "explores_barrier"),
}
# Words without which a stretch of speech says nothing of a time, a place or a length.
DAYS = "mon|tues|wednes|thurs|fri|satur|sun"
SIGNS: dict[Part, re.Pattern[str]] = {
    "when": re.compile(
        rf"\b((?:{DAYS})days?|today|tonight|tomorrow|mornings?|evenings?|afternoons?|weekend"
        r"|before|after|breakfast|lunch|dinner|bed ?time|o['’]?clock|every|daily|once a|twice"
        r"|when you)\b",
        re.IGNORECASE,
    ),
    "where": re.compile(
        r"\b(at home|home|kitchen|bed(?:room)?|sofa|table|desk|car|bus|train|park|garden|outside"
        r"|work|office|shops?|gym|bath(?:room)?|mirror|here|door|street)\b",
        re.IGNORECASE,
    ),
    "how_long": re.compile(
        r"\b(minutes?|mins?|hours?|seconds?|half|lines?|words?|times?|once|twice|a few|couple"
        r"|until)\b",
        re.IGNORECASE,
    ),
}


class Plan(BaseModel):
    """What the trainee wrote, part by part; an empty part is one left open."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    what: Written = ""
    when: Written = ""
    where: Written = ""
    how_long: Written = ""
    why: Written = ""
    what_if: Written = ""

    def part(self, name: Part) -> str:
        """Returns what was written for one part."""
        return str(getattr(self, name))


def left_open(plan: Plan) -> tuple[Part, ...]:
    """Returns the parts with nothing in them."""
    return tuple(name for name in PARTS if not plan.part(name))


def said_aloud(score: Score) -> dict[Part, str]:
    """Returns, for each part the spoken reply touched, the trainee's own words for it."""
    said: dict[Part, str] = {}
    for part, behaviours in SPOKEN.items():
        for name in behaviours:
            seen = score.behaviours.get(name)
            for words in seen.evidence if seen is not None and seen.present else ():
                sign = SIGNS.get(part)
                if sign is None or sign.search(words.text):
                    said.setdefault(part, words.text.strip())
    return said


def remarks(plan: Plan, said: Mapping[Part, str]) -> list[tuple[Part, str]]:
    """Returns one kind sentence for each part left open; none if the plan is complete.

    Args:
        plan: what was written.
        said: what the spoken reply had for each part, from `said_aloud`.
    """
    return [
        (
            part,
            f"You said “{said[part]}”: it could go here."
            if part in said
            else "Not said or written yet. You may leave it open on purpose, or ask the client.",
        )
        for part in left_open(plan)
    ]


def keep(store: Store, attempt: str, plan: Plan, at: datetime) -> None:
    """Keeps the plan of an attempt; a later one replaces it."""
    with store.change() as db:
        db["written_plans"].upsert(
            {"attempt": attempt, "body": plan.model_dump_json(), "at": at.isoformat()},
            pk="attempt",
        )


def of_attempt(store: Store, attempt: str) -> Plan | None:
    """Returns the plan written for an attempt, or ``None``."""
    rows = store.rows("SELECT body FROM written_plans WHERE attempt = ?", attempt)
    return Plan.model_validate_json(rows[0]["body"]) if rows else None
