"""The research export: the scores and words of those who agreed, without who they are.

Only people whose consent stands at this moment, only what they said since they gave it. Everybody
gets a random name that is drawn anew for each export and written down nowhere, and no date: days
are counted from a person's first reply in the export. `docs/decisions/0013` says why.
"""

import io
import json
import os
import secrets
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from practice import (
    access,
    accounts,
    attempts,
    audit,
    consent,
    outcomes,
    research_columns,
    selfview,
)
from practice.access import SHELL, AccessError
from practice.accounts import AccountError, Person
from practice.attempts import Attempt
from practice.durable import sync
from practice.masking import Mask
from practice.safe_csv import csv_text
from practice.store import Store
from practice.vault import VaultError
from scenarios.models import Scenario
from speech.recording import RecordingError, as_wav, decode

FEWEST = 5  # people: one among fewer is known to everybody who was there
N_ALL = 1_000_000_000
FINISHED = ("scored", "unscored")


class ResearchError(AccountError):
    """An export cannot be made; nothing was written."""


@dataclass(frozen=True)
class Export:
    """What was exported; ``id`` names it in the access logs of those whose words are in it."""

    id: str
    n_people: int
    n_attempts: int
    n_recordings: int
    data: bytes


@dataclass(frozen=True)
class _Covered:
    person: str
    attempts: list[Attempt]  # oldest first
    voice_since: datetime | None


def make(
    store: Store,
    actor: Person,
    shipped: Mapping[str, Scenario],
    at: datetime,
    *,
    with_audio: bool = False,
) -> Export:
    """Returns the export, and notes it in the access log of everybody whose words are in it.

    Args:
        store: the data folder.
        actor: who wants it.
        shipped: the clients that come with the program; those written here are not named.
        at: now, aware.
        with_audio: also the recordings of those who agreed to that too.

    Raises:
        AccessError: the actor may not.
        ResearchError: fewer than five people agreed, so that each could be told from the others.
    """
    if not access.may(store, actor, "research_export", access.EVERYONE):
        audit.note(*(store, actor.id, "research_export", at), owner=access.EVERYONE, allowed=False)
        raise AccessError(access.NOT_YOURS)
    covered = _covered(store)
    if len(covered) < FEWEST:
        raise ResearchError(
            f"{len(covered)} people with scored replies agree to research now, and an export needs"
            f" {FEWEST}: among fewer, each is easily told from the others. Nothing was written."
        )
    export_id = secrets.token_hex(8)
    mask = Mask(_names(store))
    names = _drawn(len(covered))
    people = dict(zip(names, covered, strict=True))
    file = io.BytesIO()
    n_recordings = 0
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as folder:
        rows: list[dict[str, Any]] = []
        for name in sorted(people):  # not in the order in which they came here
            for row, attempt in _rows(store, name, people[name], shipped, mask):
                if with_audio and (sound := _sound(store, people[name], attempt)) is not None:
                    row["recording"] = f"recordings/{row['reply']}.wav"
                    folder.writestr(row["recording"], sound)
                    n_recordings += 1
                rows.append(row)
        columns = research_columns.COLUMNS
        folder.writestr("replies.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
        table = csv_text(list(columns), [[row[name] for name in columns] for row in rows])
        folder.writestr("replies.csv", table)
        folder.writestr(
            "README.txt",
            research_columns.readme(export_id, at, len(people), len(rows), n_recordings),
        )
    for one in covered:
        did = "research_export" if not with_audio else "research_export_with_audio"
        audit.note(store, actor.id, did, at, owner=one.person, subject=export_id)
    return Export(export_id, len(people), len(rows), n_recordings, file.getvalue())


def _covered(store: Store) -> list[_Covered]:
    found = []
    for row in store.rows("SELECT id FROM people ORDER BY id"):
        since = consent.since(store, row["id"], "research")
        if since is None:
            continue
        made = [
            one
            for one in reversed(attempts.newest(store, row["id"], N_ALL))
            if one.created_at >= since and one.state in FINISHED
        ]
        if made:
            voice = consent.voice_in_research(store, row["id"])
            found.append(_Covered(row["id"], made, voice))
    return found


def _drawn(n: int) -> list[str]:
    """Random names, all different."""
    names: set[str] = set()
    while len(names) < n:
        names.add(f"P{secrets.token_hex(4)}")
    return list(names)


def _names(store: Store) -> list[str]:
    named = [row["name"] for row in store.rows("SELECT name FROM people")]
    named += [row["sign_in_name"] for row in store.rows("SELECT sign_in_name FROM accounts")]
    return [one for one in named if one != accounts.ALONE.name]


def _rows(
    store: Store, name: str, one: _Covered, shipped: Mapping[str, Scenario], mask: Mask
) -> list[tuple[dict[str, Any], Attempt]]:
    numbers = {attempt.id: n for n, attempt in enumerate(one.attempts, start=1)}
    first = one.attempts[0].created_at
    found = []
    for attempt in one.attempts:
        scenario = attempts.scenario_answered(store, attempt)
        row = research_columns.of_reply(
            attempt,
            scenario,
            outcomes.score_of(store, attempt),
            outcomes.transcript_of(store, attempt),
            is_shipped=shipped.get(scenario.id) == scenario,
        )
        own = selfview.rating_of(store, attempt.id)
        for dimension in research_columns.DIMENSIONS:
            rating = own.ratings[dimension] if own is not None and own.ratings else None
            row[f"self_{dimension}"] = rating
        row |= {
            "person": name,
            "reply": f"{name}-{numbers[attempt.id]}",
            "n": numbers[attempt.id],
            "day": (attempt.created_at - first).days,
            "retry_of": numbers.get(attempt.retry_of or ""),
            "second_turn_of": numbers.get(attempt.after or ""),
            "reaction": selfview.reaction_of(store, attempt.id),
            "words": mask(outcomes.reply_text(store, attempt) or ""),
        }
        found.append(({key: row[key] for key in research_columns.COLUMNS}, attempt))
    return found


def _sound(store: Store, one: _Covered, attempt: Attempt) -> bytes | None:
    """A recording written anew, so that nothing travels in it but the sound."""
    if one.voice_since is None or attempt.created_at < one.voice_since:
        return None
    try:
        return as_wav(decode(store.recording(attempt.recording or "-")).samples)
    except (FileNotFoundError, RecordingError, VaultError):
        return None


def write(
    store: Store, file: Path, shipped: Mapping[str, Scenario], at: datetime, *, with_audio: bool
) -> str:
    """Makes an export for the shell in a file; returns what was done, for a person.

    Raises:
        ResearchError: there is a file of that name, it cannot be written, or too few agreed.
    """
    if file.exists():
        raise ResearchError(f"There is already a file {file}; choose another name.")
    made = make(store, SHELL, shipped, at, with_audio=with_audio)
    save(file, made.data)
    said = (
        f"{file}: {made.n_attempts} replies of {made.n_people} people, and {made.n_recordings}"
        f" recordings; each of them can read in their access log that it was made ({made.id})."
        " Names known here are masked; words can still tell who somebody is: keep it as you keep"
        " personal data."
    )
    if with_audio:
        said += " A voice is recognised by whoever knows it: no masking helps."
    return said


def save(file: Path, data: bytes) -> None:
    """Writes a file that was not there, for its owner's eyes only, whole or not at all.

    Raises:
        ResearchError: it cannot be written.
    """
    try:
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=".export-") as beside:
            whole = Path(beside) / "export.zip"
            whole.write_bytes(data)
            whole.chmod(0o600)
            os.link(whole, file)  # unlike a move, it never replaces what is there
            sync(file.parent)
    except OSError as exc:
        raise ResearchError(
            f"The file {file} could not be written ({exc.strerror}); choose a folder with enough"
            " space that you can write to."
        ) from exc
