"""Where each person's practice stands, kept in the database.

The rules are in `schedule.py` and `next_client.py`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from practice import assignments, next_client, schedule, set_runs, tries
from practice.levels import Standing
from practice.next_client import Suggestion
from practice.schedule import FamilyState, LogRow, State
from practice.store import Store
from practice.tries import Occasion
from scenarios.models import Scenario

# A practice session ends when this long has passed without a reply.
SESSION_GAP = timedelta(minutes=30)
SESSION_LENGTH = timedelta(minutes=20)


def load(store: Store, person: str) -> State:
    """Returns the state as last kept; the beginning for someone new."""
    kept = store.rows("SELECT body FROM practice_standing WHERE person = ?", person)
    families = store.rows("SELECT body FROM practice_families WHERE person = ?", person)
    seen = store.rows(
        "SELECT scenario, max(created_at) AS at FROM attempts WHERE person = ? GROUP BY scenario",
        person,
    )
    states = [FamilyState.model_validate_json(row["body"]) for row in families]
    return State.model_validate(
        {
            "standing": Standing.model_validate_json(kept[0]["body"]) if kept else Standing(),
            "families": {one.family: one for one in states},
            "seen": {row["scenario"]: row["at"] for row in seen},
        }
    )


def waiting(store: Store, person: str) -> list[Occasion]:
    """Returns the occasions that the state has not taken in yet, oldest first."""
    logged = {
        row["attempt"]
        for row in store.rows("SELECT attempt FROM schedule_log WHERE person = ?", person)
    }
    found = tries.occasions(tries.of_person(store, person))
    return [one for one in found if one.first.occasion not in logged]


def ahead(store: Store, person: str) -> tuple[State, list[LogRow]]:
    """Returns the state as it would be with everything taken in; nothing is kept yet."""
    state, rows = load(store, person), []
    for occasion in waiting(store, person):
        state, row = schedule.after(state, occasion)
        rows.append(row)
    return state, rows


def settle(store: Store, person: str, at: datetime) -> list[LogRow]:
    """Takes in every finished occasion, once each, in one transaction; returns the log's new rows.

    Called when the trainee moves on, so that the reaction is known.
    """
    state, rows = ahead(store, person)
    if not rows:
        return rows
    now = at.isoformat()
    touched = {row.family for row in rows}
    with store.change() as db:
        for row in rows:
            db["schedule_log"].insert(
                {
                    "person": person,
                    "attempt": row.attempt,
                    "body": row.model_dump_json(),
                    "at": now,
                },
                ignore=True,
            )
        db["practice_standing"].upsert(
            {"person": person, "body": state.standing.model_dump_json(), "updated_at": now},
            pk="person",
        )
        for name in touched:
            family = state.families[name]
            db["practice_families"].upsert(
                {
                    "person": person,
                    "family": name,
                    "body": family.model_dump_json(),
                    "due_at": family.due_at.isoformat(),
                },
                pk=("person", "family"),
            )
    return rows


def log(store: Store, person: str) -> list[LogRow]:
    """Returns what every occasion did to the state, oldest first."""
    rows = store.rows("SELECT body FROM schedule_log WHERE person = ? ORDER BY id", person)
    return [LogRow.model_validate_json(row["body"]) for row in rows]


def assigned(store: Store, person: str, at: datetime) -> list[str]:
    """Returns the scenarios an instructor has asked this person for and that are still open."""
    return assignments.still_asked(store, person, at)


def next_up(
    store: Store, person: str, library: Mapping[str, Scenario], at: datetime
) -> tuple[Suggestion, LogRow | None]:
    """Returns whom to meet next, and what the last occasion did to the level if not yet kept."""
    state, rows = ahead(store, person)
    asked = [one for one in assigned(store, person, at) if one in library]
    run = set_runs.current(store, person, library)
    if run is not None and run.to_come and not asked:
        found = Suggestion(
            scenario=run.to_come[0],
            purpose="set",
            because=f"number {run.number(run.to_come[0])} of {len(run.scenarios)} in the set"
            f" “{run.title}”",
        )
    else:
        found = next_client.suggest(state, library, at, asked)
    return found, rows[-1] if rows else None


def session_times(times: Sequence[datetime], at: datetime) -> tuple[datetime, ...]:
    """Returns the replies of the session now going on, oldest first; none if there is no such.

    Args:
        times: when replies were made, oldest first.
        at: now.
    """
    session: list[datetime] = []
    later = at
    for one in reversed(times):
        if later - one > SESSION_GAP:
            break
        session.append(one)
        later = one
    return tuple(reversed(session))


def session_of(store: Store, person: str, at: datetime) -> tuple[datetime, ...]:
    """Returns the times of this person's replies in the session now going on, oldest first."""
    rows = store.rows(
        "SELECT created_at FROM attempts WHERE person = ? ORDER BY created_at DESC LIMIT 100",
        person,
    )
    times = [datetime.fromisoformat(row["created_at"]) for row in reversed(rows)]
    return session_times(times, at)


def long_enough(session: Sequence[datetime], at: datetime) -> bool:
    """Whether a session has reached its 20 minutes, counted from its first reply."""
    return bool(session) and at - session[0] >= SESSION_LENGTH
