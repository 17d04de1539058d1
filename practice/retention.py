"""The clock that deletes recordings whose time is over, and the files that nobody owns any more.

It runs where people have accounts: hourly in the worker process, and in the web process too, so
that neither need wait for the other (`docs/decisions/0012`). Alone on one's own computer it runs
only if the setting says so.
"""

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from practice import access, accounts, attempts, audit, clock, consent
from practice.attempts import Attempt
from practice.consent import Purpose
from practice.durable import SAVING
from practice.store import Store

SETTING = "BETWEEN_KEEP_AUDIO_DAYS"
# How long a recording is kept for each purpose that applies to it; the longest of them counts.
KEEP_DAYS: dict[Purpose, int] = {"practice": 180, "supervision": 365, "research": 1825}
EVERY_S = 3600.0
LEAVINGS_S = 3600.0  # no recording waits for so long to be heard
SAVED_BY_S = 60.0  # no file takes so long to be written


@dataclass(frozen=True)
class Kept:
    """Until when a recording is kept, and for which purpose."""

    until: datetime
    purpose: Purpose


def keep_days(environment: Mapping[str, str] = os.environ) -> dict[Purpose, int]:
    """Returns for how many days recordings are kept, by purpose ("practice=90,supervision=200").

    Raises:
        AccountError: the setting cannot be read.
    """
    days = dict(KEEP_DAYS)
    for part in filter(None, environment.get(SETTING, "").split(",")):
        purpose, _, number = part.strip().partition("=")
        known = next((one for one in KEEP_DAYS if one == purpose), None)
        if known is None or not number.isdigit():
            raise accounts.AccountError(
                f"{SETTING} has {part!r}; write practice=DAYS,supervision=DAYS,research=DAYS."
            )
        days[known] = int(number)
    return days


def runs(store: Store, environment: Mapping[str, str] = os.environ) -> bool:
    """Returns whether recordings are deleted by themselves in this data folder."""
    return bool(environment.get(SETTING)) or accounts.any_accounts(store)


def tick(store: Store, at: datetime) -> int:
    """Does what is done every hour; returns how many recordings were deleted.

    Raises:
        AccountError: the setting cannot be read.
        StoreError: the database cannot be written now.
    """
    sweep_leavings(store, at, LEAVINGS_S)
    return sweep(store, at) if clock.is_believed(store, at) and runs(store) else 0


def sweep(store: Store, at: datetime, days: Mapping[Purpose, int] | None = None) -> int:
    """Deletes the recordings whose time is over; words and scores stay. Returns how many.

    A recording that several attempts have is kept for as long as any of them needs it. Two
    processes that sweep at once delete and note each recording once.
    """
    days = keep_days() if days is None else days
    least = (at - timedelta(days=min(days.values()))).isoformat()
    n = 0
    for row in store.rows(
        "SELECT recording FROM attempts JOIN recordings ON sha256 = recording"
        " WHERE deleted_at IS NULL GROUP BY recording"
        " HAVING max(julianday(created_at)) <= julianday(?)"
        " AND sum(state IN ('recorded', 'transcribed')) = 0",
        least,
    ):
        made = _attempts_with(store, row["recording"])
        if at < max(_kept_for(store, one, days).until for one in made):
            continue
        with store.change() as db:
            mine = db.execute(
                "UPDATE recordings SET deleted_at = ? WHERE sha256 = ? AND deleted_at IS NULL",
                (at.isoformat(), row["recording"]),
            ).rowcount
            store.recording_path(row["recording"]).unlink(missing_ok=True)
        if not mine:
            continue
        n += 1
        for one in made:
            did = "deleted a recording"
            audit.note(store, "retention", did, at, owner=one.person, subject=one.id)
    return n


def kept(store: Store, attempt: Attempt, days: Mapping[Purpose, int] | None = None) -> Kept | None:
    """Returns until when an attempt's recording is kept, or ``None`` if there is none any more.

    The one that keeps it longest counts, among the attempts that have the same recording.
    """
    if not store.has_recording(attempt.recording):
        return None
    days = keep_days() if days is None else days
    ones = [_kept_for(store, one, days) for one in _attempts_with(store, attempt.recording or "")]
    return max(ones, key=lambda one: one.until)


def _attempts_with(store: Store, recording: str) -> list[Attempt]:
    ids = store.rows("SELECT id FROM attempts WHERE recording = ?", recording)
    return [attempts.get(store, one["id"]) for one in ids]


def _kept_for(store: Store, attempt: Attempt, days: Mapping[Purpose, int]) -> Kept:
    purposes: list[Purpose] = ["practice"]
    if access.is_submitted(store, attempt):
        purposes.append("supervision")
    if consent.voice_in_research(store, attempt.person) is not None:
        purposes.append("research")
    longest = max(purposes, key=lambda one: days[one])
    return Kept(attempt.created_at + timedelta(days=days[longest]), longest)


def drop_unowned(store: Store, at: datetime) -> None:
    """Deletes the recordings that are nobody's any more, and what was left half written."""
    sweep_leavings(store, at, SAVED_BY_S)
    unowned = (
        "FROM recordings WHERE sha256 NOT IN"
        " (SELECT recording FROM attempts WHERE recording IS NOT NULL)"
    )
    with store.change() as db:  # so that nobody locks or saves one of them meanwhile
        for row in store.rows(f"SELECT sha256 {unowned}"):
            store.recording_path(row["sha256"]).unlink(missing_ok=True)
        db.execute(f"DELETE {unowned}")


def sweep_leavings(store: Store, at: datetime, saving_s: float = LEAVINGS_S) -> None:
    """Removes what a kill left half written: never a reply that was said to be saved.

    Args:
        store: the data folder.
        at: now, aware.
        saving_s: how old a file that is still being saved must be to have been left.
    """
    for pattern, oldest_s in ((f"recordings/{SAVING}*", saving_s), (".hearing-*", LEAVINGS_S)):
        for path in store.folder.glob(pattern):
            with suppress(OSError):
                if at.timestamp() - path.stat().st_mtime > oldest_s:
                    path.unlink()
