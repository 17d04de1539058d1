"""What follows from an attempt: its transcripts and its scores; a new one never replaces an old."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from practice.store import Store
from scoring.models import Score
from speech.models import Transcript

if TYPE_CHECKING:
    from practice.attempts import Attempt


def keep_transcript(db: Any, attempt: str, transcript: Transcript, at: datetime) -> None:
    """Adds a transcript beside any that other engines or models made."""
    db["transcripts"].insert(
        {
            "attempt": attempt,
            "engine": transcript.engine,
            "model": transcript.model,
            "body": transcript.model_dump_json(),
            "made_at": at.isoformat(),
        },
        ignore=True,
    )


def keep_score(db: Any, attempt: str, score: Score, at: datetime, raw: Score | None = None) -> None:
    """Adds a score beside any that other model versions gave; none is ever overwritten.

    ``raw`` is the machine's own where a calibration adjusted the score; it is kept beside it.
    """
    db["scores"].insert(
        {
            "attempt": attempt,
            "model_version": score.model_version,
            "body": score.model_dump_json(),
            "raw": None if raw is None else raw.model_dump_json(),
            "made_at": at.isoformat(),
        },
        ignore=True,
    )


def transcript_of(store: Store, attempt: "Attempt") -> Transcript | None:
    """Returns the newest transcript, or ``None`` before there is one or if it was typed."""
    rows = store.rows(
        "SELECT body FROM transcripts WHERE attempt = ? ORDER BY id DESC LIMIT 1", attempt.id
    )
    return Transcript.model_validate_json(rows[0]["body"]) if rows else None


def score_of(store: Store, attempt: "Attempt") -> Score | None:
    """Returns the newest score as it is shown, or ``None`` before there is one."""
    rows = store.rows(
        "SELECT body FROM scores WHERE attempt = ? ORDER BY id DESC LIMIT 1", attempt.id
    )
    return Score.model_validate_json(rows[0]["body"]) if rows else None


def raw_score_of(store: Store, attempt: "Attempt") -> Score | None:
    """Returns the machine's own newest score, before any adjustment to this place."""
    rows = store.rows(
        "SELECT coalesce(raw, body) AS body FROM scores WHERE attempt = ? ORDER BY id DESC LIMIT 1",
        attempt.id,
    )
    return Score.model_validate_json(rows[0]["body"]) if rows else None


def comparable(
    store: Store, earlier: "Attempt", later: "Attempt"
) -> tuple[Score | None, Score | None]:
    """Returns two attempts' scores on one scale: the machine's own where only one was adjusted."""
    first, second = score_of(store, earlier), score_of(store, later)
    if first is None or second is None or first.model_version == second.model_version:
        return first, second
    return raw_score_of(store, earlier), raw_score_of(store, later)


def reply_text(store: Store, attempt: "Attempt") -> str | None:
    """Returns the words of the reply, typed or heard, or ``None`` before they are known."""
    if attempt.typed is not None:
        return attempt.typed
    transcript = transcript_of(store, attempt)
    return None if transcript is None else transcript.text
