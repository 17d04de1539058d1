"""Private notes on one's own assumptions about between-session work; for the writer's eyes only.

Source: Ryum & Kazantzis (2024), doi:10.32872/cpe.12607, on therapists' beliefs, which are to be
treated as hypotheses and tested. Nothing here is scored, shared, exported for others or shown to
an instructor.
"""

from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from practice.store import Store

Assumption = Literal[
    "only_distressed", "over_structures", "must_be_done", "my_job_to_carry", "they_will_resist"
]
ASSUMPTIONS: dict[Assumption, str] = {
    "only_distressed": "Work between sessions is only for some clients.",
    "over_structures": "It will make the session stiff, or get in the way of the relationship.",
    "must_be_done": "If it was not done, something went wrong, with them or with me.",
    "my_job_to_carry": "It is on me to find the right thing and make it work.",
    "they_will_resist": "If I bring it up again, they will feel pushed.",
}
MAX_NOTE_CHARS = 2000


class Reflection(BaseModel):
    """Which assumptions someone caught in themselves after a set, and a note of their own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    caught: tuple[Assumption, ...] = ()
    note: str = Field(default="", max_length=MAX_NOTE_CHARS)


class Kept(BaseModel):
    """A reflection as it was kept."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: int
    reflection: Reflection
    at: AwareDatetime


def keep(store: Store, person: str, reflection: Reflection, at: datetime) -> None:
    """Keeps a reflection."""
    with store.change() as db:
        db["reflections"].insert(
            {"person": person, "body": reflection.model_dump_json(), "at": at.isoformat()}
        )


def of_person(store: Store, person: str) -> list[Kept]:
    """Returns a person's own reflections, newest first; ask only for the person at the screen."""
    rows = store.rows(
        "SELECT id, body, at FROM reflections WHERE person = ? ORDER BY at DESC, id DESC", person
    )
    return [
        Kept(id=row["id"], reflection=Reflection.model_validate_json(row["body"]), at=row["at"])
        for row in rows
    ]


def forget(store: Store, person: str, reflection_id: int) -> None:
    """Deletes one of a person's own reflections."""
    with store.change() as db:
        db.execute("DELETE FROM reflections WHERE id = ? AND person = ?", (reflection_id, person))
