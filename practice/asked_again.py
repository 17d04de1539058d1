"""Replies that came back with the wish for another try, until that try is made."""

from datetime import datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict

from practice import access, attempts
from practice.accounts import Person
from practice.attempts import Attempt
from practice.store import Store


class Wish(BaseModel):
    """Which reply is to be tried again, with the words that came back with it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    attempt: Attempt
    asked_by: str | None
    note: str | None
    at: AwareDatetime


def of_trainee(store: Store, actor: Person, at: datetime) -> list[Wish]:
    """Returns what the actor's supervisors would like tried again and has not been since."""
    access.check(store, actor, "practise", actor.id, at)
    rows = store.rows(
        "SELECT r.attempt, t.person, t.note, t.at FROM reviews r JOIN attempts a"
        " ON a.id = r.attempt JOIN review_trail t ON t.id = (SELECT max(id) FROM review_trail"
        " WHERE review = r.id AND did IN ('returned', 'answered'))"
        " WHERE a.person = ? AND r.state <> 'withdrawn' AND r.again_wanted = 1 AND NOT EXISTS"
        " (SELECT 1 FROM attempts n WHERE n.person = a.person AND n.scenario = a.scenario"
        " AND n.state <> 'failed' AND julianday(n.created_at) > julianday(t.at)) ORDER BY t.id",
        actor.id,
    )
    return [
        Wish(
            attempt=attempts.get(store, row["attempt"]),
            asked_by=row["person"],
            note=row["note"],
            at=row["at"],
        )
        for row in rows
    ]
