"""How often somebody has tried a vignette since a moment: counted in the database, all at once."""

import json
from collections.abc import Iterable
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from practice.store import Store
from scenarios.models import DimensionId


class Tried(BaseModel):
    """What there is of one person and one vignette; ``best`` is of the dimension asked for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    n: int = 0
    reviewed: bool = False
    best: float | None = None


NEVER = Tried()


def of_people(
    store: Store,
    people: Iterable[str],
    scenarios: Iterable[str],
    since: datetime,
    dimension: DimensionId | None = None,
) -> dict[tuple[str, str], Tried]:
    """Returns it by person and vignette, of those tried since; `NEVER` goes for all others.

    Replies that could not be used do not count, and of several scores the newest does.
    """
    best, scores = "NULL", ""
    if dimension is not None:
        best = f"json_extract(s.body, '$.dimensions.{dimension}.score')"
        newest = "(SELECT max(id) FROM scores WHERE attempt = a.id)"
        scores = f" LEFT JOIN scores s ON s.id = {newest}"
    rows = store.rows(
        "SELECT a.person, a.scenario, count(*) AS n,"
        f" coalesce(max(r.state = 'returned'), 0) AS reviewed, max({best}) AS best"
        # CROSS JOIN keeps this order: each person and vignette is looked up in the index of both.
        " FROM json_each(?) p CROSS JOIN json_each(?) v CROSS JOIN attempts a"
        " ON a.scenario = v.value AND a.person = p.value"
        " LEFT JOIN reviews r ON r.attempt = a.id"
        f"{scores}"
        " WHERE a.state <> 'failed' AND julianday(a.created_at) >= julianday(?)"
        " GROUP BY a.person, a.scenario",
        *(json.dumps(list(people)), json.dumps(list(scenarios)), since.isoformat()),
    )
    return {
        (row["person"], row["scenario"]): Tried(
            n=row["n"], reviewed=bool(row["reviewed"]), best=row["best"]
        )
        for row in rows
    }
