"""Everything about me, and none of it: download and delete."""

import io
import json
import zipfile
from datetime import datetime
from typing import Any

from practice import access, accounts, attempts, audit, belongings, deletions, ledger, outcomes
from practice.accounts import Person
from practice.attempts import Attempt, AttemptError
from practice.safe_csv import csv_text
from practice.sounds import suffix
from practice.store import Store
from practice.vault import VaultError

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
            if store.has_recording(attempt.recording):
                _sound(store, attempt, folder)
    return file.getvalue()


def _sound(store: Store, attempt: Attempt, folder: zipfile.ZipFile) -> None:
    try:
        sound = store.recording(attempt.recording or "-")
    except VaultError as exc:
        folder.writestr(f"recordings/{attempt.id}.txt", f"{exc}\n")
        return
    except FileNotFoundError:  # its time was over just now
        return
    folder.writestr(f"recordings/{attempt.id}{suffix(sound)}", sound, zipfile.ZIP_STORED)


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
    ledger.note(store, "attempt", attempt.id, at)
    deletions.erase_attempt(store, attempt.id, at)
    audit.note(store, actor.id, "deleted an attempt", at, owner=attempt.person, subject=attempt.id)
    store.scrub()


def delete_person(store: Store, actor: Person, owner: str, at: datetime) -> None:
    """Deletes a person: the account, every attempt, rating, plan and recording of theirs.

    What they said about others' attempts as a supervisor stays with those, without their name.
    The audit log keeps the random id, which then means nobody.

    Raises:
        AccessError: it is neither the actor themselves nor the shell.
    """
    access.check(store, actor, "own_data", owner, at)
    accounts.get(store, owner)
    ledger.note(store, "person", owner, at)
    deletions.erase_person(store, owner, at)
    audit.note(store, actor.id, "deleted everything", at, owner=owner)
    store.scrub()
