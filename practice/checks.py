"""A check of what carries over: a few clients of new families, feedback held back to the end."""

import json
from collections.abc import Sequence
from datetime import datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict

from practice import attempts
from practice.attempts import Attempt
from practice.store import Store

N_CLIENTS = 3


class Check(BaseModel):
    """One check: whom it brings, in order, and when it began and ended."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: int
    person: str
    scenarios: tuple[str, ...]
    started_at: AwareDatetime
    ended_at: AwareDatetime | None

    def holds(self, attempt: Attempt) -> bool:
        """Whether the feedback on this attempt waits for the end of the check."""
        return (
            self.ended_at is None
            and attempt.person == self.person
            and attempt.scenario in self.scenarios
            and attempt.created_at >= self.started_at
        )


def start(store: Store, person: str, scenarios: Sequence[str], at: datetime) -> None:
    """Begins a check; one that was still open is ended first."""
    with store.change() as db:
        db.execute(
            "UPDATE checks SET ended_at = ? WHERE person = ? AND ended_at IS NULL",
            (at.isoformat(), person),
        )
        db["checks"].insert(
            {
                "person": person,
                "scenarios": json.dumps(list(scenarios)),
                "started_at": at.isoformat(),
                "ended_at": None,
            }
        )


def end(store: Store, person: str, at: datetime) -> None:
    """Ends the open check, so that its feedback can be seen."""
    with store.change() as db:
        db.execute(
            "UPDATE checks SET ended_at = ? WHERE person = ? AND ended_at IS NULL",
            (at.isoformat(), person),
        )


def current(store: Store, person: str) -> Check | None:
    """Returns the check that is going on, or ``None``."""
    rows = store.rows("SELECT * FROM checks WHERE person = ? AND ended_at IS NULL", person)
    if not rows:
        return None
    row = rows[-1]
    return Check.model_validate({**row, "scenarios": json.loads(row["scenarios"])})


def answered(store: Store, check: Check) -> list[Attempt]:
    """Returns the check's first attempts so far, one a client, in order."""
    found: dict[str, Attempt] = {}
    for one in reversed(attempts.newest(store, check.person, 100)):
        if one.scenario in check.scenarios and one.created_at >= check.started_at:
            found.setdefault(one.scenario, one)
    return list(found.values())


def to_come(store: Store, check: Check) -> list[str]:
    """Returns the clients of the check that have not been answered yet, in order."""
    done = {one.scenario for one in answered(store, check)}
    return [name for name in check.scenarios if name not in done]
