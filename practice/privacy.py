"""Everything about me, and none of it: download, delete, and the clock that deletes recordings."""

import io
import json
import os
import zipfile
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from practice import access, accounts, attempts, audit, belongings, consent, outcomes
from practice.accounts import Person
from practice.attempts import Attempt, AttemptError
from practice.consent import Purpose
from practice.safe_csv import csv_text
from practice.sounds import suffix
from practice.store import Store

SETTING = "BETWEEN_KEEP_AUDIO_DAYS"
# How long a recording is kept for each purpose that applies to it; the longest of them counts.
KEEP_DAYS: dict[Purpose, int] = {"practice": 180, "supervision": 365, "research": 1825}
N_ALL = 1_000_000_000
ABOUT = """Everything that Between Sessions has about you.

everything.json   every row of the database that belongs to you or names you, table by table
attempts.csv      your attempts with the words you said and the newest scores
recordings/       your recordings, by attempt
access_log.csv    who looked at or changed what is yours, and what you did
"""


def download(store: Store, actor: Person, owner: str, at: datetime) -> bytes:
    """Returns everything about a person as a zip.

    Raises:
        AccessError: it is not the actor's own.
    """
    access.check(store, actor, "own_data", owner, at)
    audit.note(store, actor.id, "downloaded", at, owner=owner)
    everything = {
        "yours": belongings.owned(store, "people", [owner]),
        "naming_you": belongings.mentions(store, owner),
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as folder:
        folder.writestr("README.txt", ABOUT)
        folder.writestr("everything.json", json.dumps(everything, ensure_ascii=False, indent=1))
        folder.writestr("attempts.csv", _attempts_csv(store, owner))
        log = [one.model_dump(mode="json") for one in audit.all_about(store, owner)]
        fields = ["at", "actor", "action", "owner", "subject", "allowed"]
        folder.writestr("access_log.csv", csv_text(fields, [list(one.values()) for one in log]))
        for attempt in attempts.newest(store, owner, N_ALL):
            path = store.recording_path(attempt.recording or "-")
            if attempt.recording is not None and path.exists():
                folder.write(path, f"recordings/{attempt.id}{suffix(path)}")
    return file.getvalue()


def _attempts_csv(store: Store, owner: str) -> str:
    rows: list[list[Any]] = []
    for attempt in reversed(attempts.newest(store, owner, N_ALL)):
        score = outcomes.score_of(store, attempt)
        values = (
            [value.score for value in score.dimensions.values()] if score else [None, None, None]
        )
        words = outcomes.reply_text(store, attempt)
        when = attempt.created_at.isoformat()
        rows.append([attempt.id, when, attempt.scenario, attempt.state, words, *values])
    head = ["attempt", "at", "scenario", "state", "words"]
    return csv_text([*head, "rationale", "collaboration", "obstacles"], rows)


def delete_attempt(store: Store, actor: Person, attempt_id: str, at: datetime) -> None:
    """Deletes one attempt with all that followed from it, and its recording.

    Raises:
        AccessError: it is not the actor's own.
        AttemptError: there is no such attempt.
    """
    attempt = attempts.find(store, attempt_id)
    if attempt is None:
        raise AttemptError(f"There is no attempt {attempt_id!r}; it may have been deleted.")
    access.check(store, actor, "own_data", attempt.person, at, subject=attempt.id)
    with store.change() as db:
        belongings.erase(db, store, "attempts", [attempt.id])
    audit.note(store, actor.id, "deleted an attempt", at, owner=attempt.person, subject=attempt.id)
    _drop_recordings(store)
    store.scrub()


def delete_person(store: Store, actor: Person, owner: str, at: datetime) -> None:
    """Deletes a person: the account, every attempt, rating, plan and recording of theirs.

    What they said about others' attempts as a supervisor stays with those, without their name.
    The audit log keeps the random id, which then means nobody.

    Raises:
        AccessError: it is neither the actor themselves nor the shell.
    """
    access.check(store, actor, "own_data", owner, at)
    named = accounts.sha256(accounts.sign_in_name(accounts.get(store, owner).name))
    with store.change() as db:
        belongings.erase(db, store, "people", [owner])
        db.execute("DELETE FROM sign_in_misses WHERE name_sha256 = ?", (named,))
    audit.note(store, actor.id, "deleted everything", at, owner=owner)
    _drop_recordings(store)
    store.scrub()


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


def sweep(store: Store, at: datetime, days: Mapping[Purpose, int] | None = None) -> int:
    """Deletes the recordings whose time is over; words and scores stay. Returns how many.

    A recording that several attempts have is kept for as long as any of them needs it.
    """
    days = keep_days() if days is None else days
    least = (at - timedelta(days=min(days.values()))).isoformat()
    n = 0
    for row in store.rows(
        "SELECT recording FROM attempts WHERE recording IS NOT NULL GROUP BY recording"
        " HAVING max(julianday(created_at)) <= julianday(?)"
        " AND sum(state IN ('recorded', 'transcribed')) = 0",
        least,
    ):
        path = store.recording_path(row["recording"])
        ids = store.rows("SELECT id FROM attempts WHERE recording = ?", row["recording"])
        made = [attempts.get(store, one["id"]) for one in ids]
        if not path.exists() or at < max(_keep_until(store, one, days) for one in made):
            continue
        path.unlink()
        n += 1
        for one in made:
            did = "deleted a recording"
            audit.note(store, "retention", did, at, owner=one.person, subject=one.id)
    return n


def _keep_until(store: Store, attempt: Attempt, days: Mapping[Purpose, int]) -> datetime:
    purposes: list[Purpose] = ["practice"]
    if access.is_submitted(store, attempt):
        purposes.append("supervision")
    if consent.given_by(store, attempt.person, "research"):
        purposes.append("research")
    return attempt.created_at + timedelta(days=max(days[one] for one in purposes))


def _drop_recordings(store: Store) -> None:
    """Deletes the recordings that are nobody's any more: first the files, then their rows."""
    orphans = store.rows(
        "SELECT sha256 FROM recordings WHERE sha256 NOT IN"
        " (SELECT recording FROM attempts WHERE recording IS NOT NULL)"
    )
    for row in orphans:
        store.recording_path(row["sha256"]).unlink(missing_ok=True)
    with store.change() as db:
        db.execute(
            "DELETE FROM recordings WHERE sha256 NOT IN"
            " (SELECT recording FROM attempts WHERE recording IS NOT NULL)"
        )
