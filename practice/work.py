"""What is still to be done: a row an attempt, who is doing it, and until when that is believed.

The row is the truth; a queue only says what to look at next. Whoever finishes an attempt first
takes a lease on its row and renews it; a lease that has run out is anybody's. Every function takes
the time, so that a clock that jumps can be tested.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any, Literal

from practice.attempts import UNFINISHED, Attempt
from practice.pipeline import Stage
from practice.store import Store

Lane = Literal["recording", "words"]

LEASE_S = 30.0  # renewed every few seconds; a holder not heard of for so long has gone
AGAIN_AFTER_S = 60.0  # what hinders by itself and may pass is tried again so often
MOST_TRIES = 5  # a reply that has stopped the worker so often is put aside until somebody asks
TYPICAL_OF = 20  # the latest transcripts from which a wait is estimated
TYPICAL_S = 6.0  # a reply's transcription on 2 cores, before this machine has done any


@dataclass(frozen=True)
class Place:
    """Where an attempt's work stands; ``state`` is the attempt's own."""

    state: str
    queued: bool
    stage: Stage | None
    trouble: str | None
    n_ahead: int
    wait_s: float


def lane_of(attempt: Attempt) -> Lane:
    """Returns whether there is a recording still to be heard, or only words to be scored."""
    return "recording" if attempt.state == "recorded" else "words"


def put(store: Store, attempt: Attempt, at: datetime) -> None:
    """Puts an attempt's work down; what is there already keeps its place, its trouble forgotten."""
    with store.change() as db:
        db.execute(
            "INSERT INTO work (attempt, lane, queued_at)"
            f" SELECT id, ?, ? FROM attempts WHERE id = ? AND state IN {UNFINISHED}"
            " ON CONFLICT (attempt) DO UPDATE SET trouble = NULL, troubled_at = NULL,"
            " n_tries = CASE WHEN trouble IS NULL THEN n_tries ELSE 0 END",
            (lane_of(attempt), at.isoformat(), attempt.id),
        )


def claim(store: Store, attempt_id: str, holder: str, at: datetime) -> bool:
    """Takes the lease on an attempt's work; returns whether it was to be had.

    A lease from further ahead than any is given (the clock was set back) counts as run out.
    """
    with store.change() as db:
        taken = db.execute(
            "UPDATE work SET holder = ?, leased_until = ?, stage = NULL, n_tries = n_tries + 1"
            " WHERE attempt = ? AND trouble IS NULL"
            " AND (holder IS NULL OR leased_until < ? OR leased_until > ?)",
            (holder, _end(at), attempt_id, at.isoformat(), _end(at, 2)),
        ).rowcount
    return bool(taken)


def _end(at: datetime, n: int = 1) -> str:
    return (at + timedelta(seconds=n * LEASE_S)).isoformat()


def renew(store: Store, attempt_id: str, holder: str, at: datetime) -> None:
    """Keeps the lease for another while."""
    with store.change() as db:
        db.execute(
            "UPDATE work SET leased_until = ? WHERE attempt = ? AND holder = ?",
            (_end(at), attempt_id, holder),
        )


def begin(store: Store, attempt_id: str, stage: Stage) -> None:
    """Notes which stage has begun, for the waiting page."""
    with store.change() as db:
        db.execute("UPDATE work SET stage = ? WHERE attempt = ?", (stage, attempt_id))


def end(
    store: Store, attempt_id: str, trouble: str | None = None, passing_at: datetime | None = None
) -> None:
    """Takes finished work away; with trouble, keeps it and says why it cannot go on.

    Args:
        store: the data folder.
        attempt_id: whose work it was.
        trouble: why it cannot go on.
        passing_at: now, if the trouble may pass by itself (weights that are missing): it is tried
            again then, and does not count among the tries that stopped the worker.
    """
    with store.change() as db:
        if trouble is None:
            db.execute("DELETE FROM work WHERE attempt = ?", (attempt_id,))
        else:
            db.execute(
                "UPDATE work SET trouble = ?, holder = NULL, leased_until = NULL, stage = NULL,"
                " troubled_at = ?, n_tries = CASE WHEN ? THEN 0 ELSE n_tries END WHERE attempt = ?",
                (
                    trouble,
                    None if passing_at is None else passing_at.isoformat(),
                    passing_at is not None,
                    attempt_id,
                ),
            )


def try_again(store: Store, at: datetime) -> None:
    """Frees the work whose trouble may have passed; a time ahead of now (a clock set back) has."""
    least = at - timedelta(seconds=AGAIN_AFTER_S)
    with store.change() as db:
        db.execute(
            "UPDATE work SET trouble = NULL, troubled_at = NULL"
            " WHERE troubled_at < ? OR troubled_at > ?",
            (least.isoformat(), at.isoformat()),
        )


def n_tries(store: Store, attempt_id: str) -> int:
    """Returns how often somebody has begun this work."""
    rows = store.rows("SELECT n_tries FROM work WHERE attempt = ?", attempt_id)
    return int(rows[0]["n_tries"]) if rows else 0


def free_all(store: Store) -> None:
    """Ends every lease and passing trouble: for the one worker of this folder, as it starts."""
    with store.change() as db:
        db.execute(
            "UPDATE work SET holder = NULL, leased_until = NULL, stage = NULL,"
            " trouble = CASE WHEN troubled_at IS NULL THEN trouble END, troubled_at = NULL"
        )


def adopt(store: Store, older_than: datetime, at: datetime) -> None:
    """Puts down the work of unfinished attempts that have no row, and drops that of finished ones.

    Args:
        store: the data folder.
        older_than: attempts begun since are left to whoever is just submitting them.
        at: now, aware.
    """
    with store.change() as db:
        db.execute(
            "INSERT INTO work (attempt, lane, queued_at)"
            " SELECT id, CASE state WHEN 'recorded' THEN 'recording' ELSE 'words' END, ?"
            f" FROM attempts WHERE state IN {UNFINISHED} AND created_at <= ?"
            " AND id NOT IN (SELECT attempt FROM work) ORDER BY created_at, rowid",
            (at.isoformat(), older_than.isoformat()),
        )
        db.execute(
            "DELETE FROM work WHERE attempt IN (SELECT work.attempt FROM work CROSS JOIN"
            f" attempts ON attempts.id = work.attempt WHERE attempts.state NOT IN {UNFINISHED})"
        )


def free(store: Store, at: datetime) -> list[tuple[str, Lane]]:
    """Returns the work that nobody holds and nothing hinders, in its order."""
    rows = store.rows(
        "SELECT attempt, lane FROM work WHERE trouble IS NULL"
        " AND (holder IS NULL OR leased_until < ? OR leased_until > ?) ORDER BY queued_at, rowid",
        at.isoformat(),
        _end(at, 2),
    )
    return [(row["attempt"], row["lane"]) for row in rows]


def place(store: Store, attempt_id: str) -> Place | None:
    """Returns where an attempt's work stands, or ``None`` if there is no such attempt."""
    rows = store.rows(
        "SELECT a.state, w.attempt AS queued, w.lane, w.stage, w.trouble, w.queued_at,"
        " w.rowid AS number FROM attempts a LEFT JOIN work w ON w.attempt = a.id WHERE a.id = ?",
        attempt_id,
    )
    if not rows:
        return None
    row = rows[0]
    waits = row["lane"] == "recording" and row["stage"] is None
    n_ahead = _n_ahead(store, row) if waits else 0
    return Place(
        state=row["state"],
        queued=row["queued"] is not None,
        stage=row["stage"],
        trouble=row["trouble"],
        n_ahead=n_ahead,
        wait_s=(n_ahead + 1) * typical_s(store) if waits else 0.0,
    )


def _n_ahead(store: Store, row: dict[str, Any]) -> int:
    found = store.rows(
        "SELECT count(*) AS n FROM work WHERE lane = 'recording' AND trouble IS NULL"
        " AND (queued_at, rowid) < (?, ?)",
        row["queued_at"],
        row["number"],
    )
    return int(found[0]["n"])


def typical_s(store: Store) -> float:
    """Returns how long a transcription takes here: the median of the latest."""
    rows = store.rows(
        "SELECT json_extract(body, '$.seconds') AS s FROM transcripts ORDER BY id DESC LIMIT ?",
        TYPICAL_OF,
    )
    return median(row["s"] for row in rows) if rows else TYPICAL_S
