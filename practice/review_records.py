"""The rows of reviews: what is kept of them, and how they move on. Who may is in `reviews`."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from practice import selfview
from practice.accounts import Person
from practice.attempts import Attempt
from practice.store import Store
from scenarios.models import BehaviourId, DimensionId, WatchOutId

MAX_NOTE_CHARS = 4000
State = Literal["submitted", "returned", "withdrawn"]
Did = Literal[
    "submitted", "withdrew", "rated", "revealed", "rated_again", "commented", "corrected",
    "contested", "answered", "asked_again", "returned",
]  # fmt: skip
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_NOTE_CHARS)]
Level = Annotated[int, Field(ge=0, le=4)]


class Rating(BaseModel):
    """A person's rating of one reply, on the rubric the machine uses."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dimensions: dict[DimensionId, Level]
    behaviours: frozenset[BehaviourId] = frozenset()  # those that were there
    watch_outs: frozenset[WatchOutId] = frozenset()


class Kept(BaseModel):
    """A rating with who gave it, and whether before they saw any other."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rater: str | None
    blind: bool
    rating: Rating
    made_at: AwareDatetime


class Review(BaseModel):
    """Where the supervision of one attempt stands."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    attempt: str
    state: State
    again_wanted: bool
    submitted_at: AwareDatetime
    changed_at: AwareDatetime


class Step(BaseModel):
    """One step of the trail; ``moment_s`` is where in the recording a comment belongs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    person: str | None
    did: Did
    note: str | None
    moment_s: float | None
    at: AwareDatetime


def find(store: Store, attempt_id: str) -> Review | None:
    """Returns the review of an attempt; it asks nobody who wants to know."""
    rows = store.rows("SELECT * FROM reviews WHERE attempt = ?", attempt_id)
    return of_row(rows[0]) if rows else None


def get(store: Store, attempt_id: str) -> Review:
    """Returns the review of an attempt that is known to have one."""
    return of_row(store.rows("SELECT * FROM reviews WHERE attempt = ?", attempt_id)[0])


def last_back(store: Store, attempt_id: str) -> datetime | None:
    """Returns when a reply last went back to its trainee, or ``None`` if it never has."""
    rows = store.rows(
        "SELECT t.at FROM review_trail t JOIN reviews r ON r.id = t.review WHERE r.attempt = ?"
        " AND t.did IN ('returned', 'answered') ORDER BY t.id DESC LIMIT 1",
        attempt_id,
    )
    return datetime.fromisoformat(rows[0]["at"]) if rows else None


def open_contest(store: Store, review: Review) -> Step | None:
    """Returns what the trainee contests and nobody has answered yet, or ``None``."""
    last = [one for one in trail(store, review) if one.did in ("contested", "answered")]
    return last[-1] if last and last[-1].did == "contested" else None


def again_stands(store: Store, review: Review) -> bool:
    """Returns whether another try is wished for and has not been made since it was asked for."""
    return review.again_wanted and not store.rows(
        "SELECT 1 FROM attempts a JOIN attempts n ON n.person = a.person"
        " AND n.scenario = a.scenario AND n.state <> 'failed' WHERE a.id = ?"
        " AND julianday(n.created_at) > (SELECT max(julianday(at)) FROM review_trail"
        " WHERE review = ? AND did = 'asked_again') LIMIT 1",
        *(review.attempt, review.id),
    )


def trail(store: Store, review: Review) -> list[Step]:
    """Returns every step of a review, oldest first."""
    rows = store.rows(
        "SELECT person, did, note, moment_s, at FROM review_trail WHERE review = ? ORDER BY id",
        review.id,
    )
    return [Step.model_validate(row) for row in rows]


def ratings(store: Store, review: Review) -> list[Kept]:
    """Returns every rating a person gave, oldest first."""
    rows = store.rows(
        "SELECT rater, blind, body, made_at FROM review_ratings WHERE review = ? ORDER BY id",
        review.id,
    )
    return [
        Kept(
            rater=row["rater"],
            blind=bool(row["blind"]),
            rating=Rating.model_validate_json(row["body"]),
            made_at=row["made_at"],
        )
        for row in rows
    ]


def keep_rating(store: Store, review: Review, actor: Person, kept: Kept) -> None:
    """Adds a rating; no other is touched."""
    with store.change() as db:
        db["review_ratings"].insert(
            {
                "review": review.id,
                "rater": actor.id,
                "blind": int(kept.blind),
                "body": kept.rating.model_dump_json(),
                "made_at": kept.made_at.isoformat(),
            }
        )
        add_step(db, review.id, actor, "rated" if kept.blind else "rated_again", kept.made_at)


def begin(store: Store, review_id: str, attempt: Attempt, actor: Person, at: datetime) -> None:
    """Makes the attempt's review, or takes up again the one that was withdrawn."""
    with store.change() as db:
        done = db.execute(
            "INSERT INTO reviews (id, attempt, state, submitted_at, changed_at)"
            " VALUES (?, ?, 'submitted', ?, ?) ON CONFLICT (attempt) DO UPDATE"
            " SET state = 'submitted', changed_at = excluded.changed_at"
            " WHERE state = 'withdrawn'",
            (review_id, attempt.id, at.isoformat(), at.isoformat()),
        ).rowcount
        if done:  # pressed twice is submitted once
            row = db.execute("SELECT id FROM reviews WHERE attempt = ?", (attempt.id,)).fetchone()
            add_step(db, row[0], actor, "submitted", at)


def move(
    store: Store,
    review: Review,
    actor: Person,
    state: State,
    steps: list[tuple[Did, str | None]],
    at: datetime,
    *,
    again: bool | None = None,
) -> None:
    """Moves a review on and adds what was done to its trail; a wish stays unless one is given."""
    with store.change() as db:
        db.execute(
            "UPDATE reviews SET state = ?, again_wanted = COALESCE(?, again_wanted),"
            " changed_at = ? WHERE id = ?",
            (state, None if again is None else int(again), at.isoformat(), review.id),
        )
        for did, note in steps:
            add_step(db, review.id, actor, did, at, note)


def send_back(
    store: Store,
    review: Review,
    actor: Person,
    step: tuple[Did, str],
    at: datetime,
    again: bool | None,
) -> None:
    """Moves a review back to its trainee with the wish for another try, or without.

    Args:
        store: the data folder.
        review: which.
        actor: the supervisor.
        step: what was done, with the words.
        at: now, aware.
        again: ``None`` leaves a wish as it stands: until that try is made.
    """
    stands = again_stands(store, review)
    wanted = stands if again is None else again
    asked: list[tuple[Did, str | None]] = [("asked_again", None)] if wanted and not stands else []
    move(store, review, actor, "returned", [*asked, step], at, again=wanted)


def add_step(
    db: Any,
    review: str,
    actor: Person,
    did: Did,
    at: datetime,
    note: str | None = None,
    moment_s: float | None = None,
) -> None:
    """Adds a step to the trail, within a change."""
    db["review_trail"].insert(
        {
            "review": review,
            "person": actor.id,
            "did": did,
            "note": (note or "").strip()[:MAX_NOTE_CHARS] or None,
            "moment_s": moment_s,
            "at": at.isoformat(),
        }
    )


def has_revealed(store: Store, review: Review, actor: Person) -> bool:
    """Returns whether somebody has seen the other ratings of this reply."""
    return bool(
        store.rows(
            "SELECT 1 FROM review_trail WHERE review = ? AND person = ? AND did = 'revealed'",
            *(review.id, actor.id),
        )
    )


def self_rating(store: Store, attempt_id: str) -> dict[DimensionId, int] | None:
    """Returns how the trainee rated the reply, or ``None`` if they did not."""
    found = selfview.rating_of(store, attempt_id)
    return None if found is None else found.ratings


def of_row(row: dict[str, Any]) -> Review:
    """Returns the review of a row."""
    return Review.model_validate({**row, "again_wanted": bool(row["again_wanted"])})
