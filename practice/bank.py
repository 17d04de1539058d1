"""An instructor's own scenarios: drafts, published versions, the shelf of the archived; sets.

A draft may be half written. Publishing checks it whole and keeps that version for good; an attempt
keeps the scenario it answered (see `practice.attempts`), so a later version changes no record.
"""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from practice import access, drafts
from practice.accounts import Person
from practice.store import Store
from scenarios.models import Scenario, ScenarioSet

State = Literal["draft", "published", "archived"]


class Entry(BaseModel):
    """A scenario of the instructors' own, as it stands.

    ``draft`` holds the fields as last written, valid or not; ``version`` counts what has been
    published, 0 for never.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    draft: dict[str, Any]
    state: State
    version: int
    made_by: str
    made_at: AwareDatetime
    changed_at: AwareDatetime


class Version(BaseModel):
    """A scenario as it was once published."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int
    scenario: Scenario
    published_at: AwareDatetime


class BankError(ValueError):
    """A scenario or set cannot be kept as asked.

    Attributes:
        problems: all that is to be mended, a sentence each.
    """

    def __init__(self, *problems: str) -> None:
        """Takes the problems, at least one."""
        self.problems = problems
        super().__init__(" ".join(problems))


def create(
    store: Store,
    actor: Person,
    title: str,
    at: datetime,
    *,
    shipped: Collection[str] = (),
    like: Scenario | None = None,
) -> Entry:
    """Starts a scenario as a draft.

    Args:
        store: the data folder.
        actor: who writes it.
        title: what it is called; its id is made from this and stays.
        at: now, aware.
        shipped: ids that are taken already.
        like: a scenario to begin from; all of it but id and title is copied.

    Raises:
        AccessError: the actor may not write clients here.
        BankError: the title is empty.
    """
    access.check_author(store, actor, at)
    if not title.strip():
        raise BankError("It has no title yet; write what the client might say, in a few words.")
    fields = drafts.BLANK if like is None else like.model_dump(mode="json", exclude={"id"})
    fields = {**fields, "title": title.strip()}
    with store.change() as db:
        known = {row["id"] for row in db.query("SELECT id FROM bank_scenarios")}
        entry = Entry(
            id=drafts.free_id(title, known | set(shipped)),
            draft=fields,
            state="draft",
            version=0,
            made_by=actor.id,
            made_at=at,
            changed_at=at,
        )
        db["bank_scenarios"].insert(
            {**entry.model_dump(mode="json"), "draft": json.dumps(fields, ensure_ascii=False)}
        )
        log(db, entry.id, "begun", actor.id, at)
    return entry


def save(
    store: Store, actor: Person, entry_id: str, fields: Mapping[str, Any], at: datetime
) -> None:
    """Keeps a draft as it is written, valid or not; what is published stays as it is.

    Raises:
        AccessError: the actor may not write clients here.
    """
    access.check_author(store, actor, at)
    with store.change() as db:
        db.execute(
            "UPDATE bank_scenarios SET draft = ?, changed_at = ? WHERE id = ?",
            (json.dumps(fields, ensure_ascii=False), at.isoformat(), entry_id),
        )


def publish(
    store: Store, actor: Person, entry_id: str, at: datetime, lines: Mapping[str, str]
) -> Scenario:
    """Puts the draft in the library as its next version.

    Raises:
        AccessError: the actor may not write clients here.
        BankError: something in it has to be mended first.
    """
    access.check_author(store, actor, at)
    entry = get(store, entry_id)
    found = drafts.faults(store, entry.id, entry.draft, lines)
    scenario = drafts.scenario_of(entry.id, entry.draft)
    if found or scenario is None:
        raise BankError(*found)
    with store.change() as db:
        put(db, scenario, actor.id, at)
    return scenario


def put(db: Any, scenario: Scenario, person: str, at: datetime) -> None:
    """Adds a checked scenario, or its next version, to the library; asks nobody who does it."""
    now, body = at.isoformat(), scenario.model_dump_json()
    draft = scenario.model_dump_json(exclude={"id"})
    db.execute(
        "INSERT INTO bank_scenarios VALUES (?, ?, 'published', 1, ?, ?, ?) ON CONFLICT (id) DO"
        " UPDATE SET draft = excluded.draft, state = 'published', version = version + 1,"
        " changed_at = excluded.changed_at",
        (scenario.id, draft, person, now, now),
    )
    db.execute(
        "INSERT INTO bank_versions SELECT id, version, ?, ? FROM bank_scenarios WHERE id = ?",
        (body, now, scenario.id),
    )
    log(db, scenario.id, "published", person, at)


def shelve(store: Store, actor: Person, entry_id: str, at: datetime, *, away: bool) -> None:
    """Takes a scenario out of the library (``away``), or back as it was; nothing is deleted.

    Raises:
        AccessError: the actor may not write clients here.
    """
    access.check_author(store, actor, at)
    with store.change() as db:
        db.execute(
            "UPDATE bank_scenarios SET changed_at = ?, state = CASE WHEN ? THEN 'archived'"
            " WHEN version > 0 THEN 'published' ELSE 'draft' END WHERE id = ?",
            (at.isoformat(), away, entry_id),
        )
        log(db, entry_id, "archived" if away else "taken back", actor.id, at)


def find(store: Store, entry_id: str) -> Entry | None:
    """Returns a scenario of the instructors' own, or ``None`` if there is none of that id.

    It asks nobody who wants to know: a draft is shown only to those who may write.
    """
    rows = store.rows("SELECT * FROM bank_scenarios WHERE id = ?", entry_id)
    return _entry(rows[0]) if rows else None


def get(store: Store, entry_id: str) -> Entry:
    """Returns a scenario of the instructors' own.

    Raises:
        BankError: there is none of that id.
    """
    entry = find(store, entry_id)
    if entry is None:
        raise BankError(f"There is no scenario “{entry_id}” here; it may have another id.")
    return entry


def entries(store: Store, actor: Person, at: datetime) -> list[Entry]:
    """Returns every scenario of the instructors' own, last changed first.

    Raises:
        AccessError: the actor may not write clients here.
    """
    access.check_author(store, actor, at)
    return [
        _entry(row)
        for row in store.rows("SELECT * FROM bank_scenarios ORDER BY changed_at DESC, id")
    ]


def _entry(row: dict[str, Any]) -> Entry:
    return Entry.model_validate({**row, "draft": json.loads(row["draft"])})


def published(store: Store) -> dict[str, Scenario]:
    """Returns the newest version of every published scenario, by id."""
    rows = store.rows(
        "SELECT body FROM bank_versions JOIN bank_scenarios AS now ON now.id = scenario"
        " AND now.version = bank_versions.version WHERE state = 'published' ORDER BY scenario"
    )
    return {one.id: one for one in (Scenario.model_validate_json(row["body"]) for row in rows)}


def versions(store: Store, entry_id: str) -> list[Version]:
    """Returns every version of a scenario as it was published, newest first."""
    rows = store.rows(
        "SELECT version AS number, body AS scenario, published_at FROM bank_versions"
        " WHERE scenario = ? ORDER BY version DESC",
        entry_id,
    )
    return [
        Version.model_validate({**row, "scenario": json.loads(row["scenario"])}) for row in rows
    ]


def revision(store: Store) -> int:
    """Returns a number that grows with every change to what is published."""
    found: int = store.rows("SELECT coalesce(max(id), 0) AS n FROM bank_log")[0]["n"]
    return found


def sets(store: Store) -> dict[str, ScenarioSet]:
    """Returns the sets made or imported here, by id."""
    rows = store.rows("SELECT body FROM bank_sets ORDER BY id")
    return {one.id: one for one in (ScenarioSet.model_validate_json(row["body"]) for row in rows)}


def keep_set(store: Store, actor: Person, made: ScenarioSet, at: datetime) -> None:
    """Adds a set of that id, in place of any before it.

    Raises:
        AccessError: the actor may not make sets here.
    """
    access.check_author(store, actor, at)
    with store.change() as db:
        put_set(db, made, actor.id, at)


def put_set(db: Any, made: ScenarioSet, person: str, at: datetime) -> None:
    """The same within a change; asks nobody who does it."""
    db.execute(
        "INSERT OR REPLACE INTO bank_sets VALUES (?, ?, ?, ?)",
        (made.id, made.model_dump_json(), person, at.isoformat()),
    )
    log(db, made.id, "set kept", person, at)


def log(db: Any, subject: str, did: str, person: str, at: datetime) -> None:
    """Writes down who did what, and so moves `revision` on."""
    db["bank_log"].insert({"subject": subject, "did": did, "person": person, "at": at.isoformat()})
