"""A set being practised: the clients in order, and how far somebody is; feedback as ever.

What has been answered is read from the attempts, so nothing is lost with a page or a session.
"""

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict

from practice.store import Store
from scenarios.models import ScenarioSet


class SetRun(BaseModel):
    """One time through a set: its clients in order, and those still to come."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    set_id: str
    title: str
    scenarios: tuple[str, ...]
    to_come: tuple[str, ...]
    started_at: AwareDatetime

    @property
    def n_done(self) -> int:
        """How many clients have been answered."""
        return len(self.scenarios) - len(self.to_come)

    def number(self, scenario: str) -> int:
        """Returns a client's place in the set, from 1."""
        return self.scenarios.index(scenario) + 1


def start(store: Store, person: str, chosen: ScenarioSet, at: datetime) -> None:
    """Begins a set; one that was still going on is ended first."""
    with store.change() as db:
        _end(db, person, at)
        db["set_runs"].insert(
            {
                "person": person,
                "set_id": chosen.id,
                "title": chosen.title,
                "scenarios": json.dumps(list(chosen.scenarios)),
                "started_at": at.isoformat(),
                "ended_at": None,
            }
        )


def end(store: Store, person: str, at: datetime) -> None:
    """Ends the set that is going on; what was answered stays."""
    with store.change() as db:
        _end(db, person, at)


def _end(db: Any, person: str, at: datetime) -> None:
    db.execute(
        "UPDATE set_runs SET ended_at = ? WHERE person = ? AND ended_at IS NULL",
        (at.isoformat(), person),
    )


def current(store: Store, person: str, known: Collection[str]) -> SetRun | None:
    """Returns the set that is going on, or ``None``.

    Args:
        store: the data folder.
        person: who practises.
        known: the scenarios there are; one that has left the library is left out.
    """
    rows = store.rows(
        "SELECT * FROM set_runs WHERE person = ? AND ended_at IS NULL ORDER BY id DESC", person
    )
    if not rows:
        return None
    row = rows[0]
    answered = {
        one["scenario"]
        for one in store.rows(
            "SELECT DISTINCT scenario FROM attempts WHERE person = ? AND state <> 'failed'"
            " AND julianday(created_at) >= julianday(?)",
            *(person, row["started_at"]),
        )
    }
    here = tuple(one for one in json.loads(row["scenarios"]) if one in known)
    return SetRun(
        set_id=row["set_id"],
        title=row["title"],
        scenarios=here,
        to_come=tuple(one for one in here if one not in answered),
        started_at=row["started_at"],
    )
