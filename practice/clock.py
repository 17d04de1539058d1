"""Whether the computer's clock can be believed before anything is deleted because of it.

A clock that jumps ahead by half a year would take every recording with it. So what is deleted by
time waits for a day after the clock has moved by more than it should have.
"""

import logging
from datetime import datetime, timedelta

from practice.store import Store

log = logging.getLogger(__name__)

JUMP = timedelta(days=3)  # looked at every hour; a server that was off for so long waits a day too
BACK = timedelta(hours=1)
DOUBTED_FOR = timedelta(days=1)


def is_believed(store: Store, at: datetime) -> bool:
    """Notes what the clock says, and returns whether it has gone on as clocks do for a day.

    Args:
        store: the data folder.
        at: what the clock says now.
    """
    rows = store.rows("SELECT seen_at, doubted_until FROM clock")
    seen_at = datetime.fromisoformat(rows[0]["seen_at"]) if rows else at
    doubted_until = datetime.fromisoformat(rows[0]["doubted_until"]) if rows else at
    if at - seen_at > JUMP or seen_at - at > BACK:
        doubted_until = at + DOUBTED_FOR
        log.warning(
            "the clock went from %s to %s since it was last looked at; no recording is deleted"
            " before %s",
            *(f"{one:%Y-%m-%d %H:%M}" for one in (seen_at, at, doubted_until)),
        )
    with store.change() as db:
        db.execute(
            "INSERT INTO clock (id, seen_at, doubted_until) VALUES (1, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at,"
            " doubted_until = excluded.doubted_until",
            (at.isoformat(), doubted_until.isoformat()),
        )
    return at >= doubted_until
