"""The rows of corrections: a supervisor's words for a reply, beside the machine's, never over them.

Who may is in `corrections`. The machine's score of corrected words is kept with the correction and
not among the attempt's scores, which stay what the machine made of what it heard itself.
"""

import logging
from collections.abc import Callable
from datetime import datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict

from clips.captions import retimed
from practice import attempts, outcomes
from practice.attempts import Attempt
from practice.pipeline import Scorer, phrase_breaks
from practice.store import Store
from scoring.models import Score
from speech.models import Transcript, Word

log = logging.getLogger(__name__)

MOST_TRIES = 5  # words that have stopped the worker so often are put aside until somebody asks
_NAME = "correction:"  # begins its name in the queue, where attempts go by their ids
_FIELDS = "id, attempt, version, text, made_by, made_at, wanted_at, trouble"


class Correction(BaseModel):
    """One version of corrected words: who made it and when.

    ``made_by`` is ``None`` once they have left. ``wanted_at`` is when its score was asked for, and
    ``trouble`` one sentence if that could not be had.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: int
    attempt: str
    version: int
    text: str
    made_by: str | None
    made_at: AwareDatetime
    wanted_at: AwareDatetime | None
    trouble: str | None


def of_attempt(store: Store, attempt_id: str) -> list[Correction]:
    """Returns every correction of a reply's words, oldest first; it asks nobody who wants them."""
    rows = store.rows(
        f"SELECT {_FIELDS} FROM corrections WHERE attempt = ? ORDER BY version", attempt_id
    )
    return [Correction.model_validate(row) for row in rows]


def find(store: Store, correction: int) -> Correction | None:
    """Returns a correction, or ``None`` if there is none of that number."""
    rows = store.rows(f"SELECT {_FIELDS} FROM corrections WHERE id = ?", correction)
    return Correction.model_validate(rows[0]) if rows else None


def keep(store: Store, attempt: Attempt, text: str, made_by: str, at: datetime) -> Correction:
    """Adds a version; those before it stay."""
    with store.change() as db:
        number = db.execute(
            "INSERT INTO corrections (attempt, version, text, made_by, made_at) SELECT ?,"
            " 1 + coalesce((SELECT max(version) FROM corrections WHERE attempt = ?), 0), ?, ?, ?",
            (attempt.id, attempt.id, text, made_by, at.isoformat()),
        ).lastrowid
    rows = store.rows(f"SELECT {_FIELDS} FROM corrections WHERE id = ?", number)
    return Correction.model_validate(rows[0])


def transcript(heard: Transcript, correction: Correction) -> Transcript:
    """Returns the corrected words with the times at which they were said.

    A word the machine heard otherwise shares the time between its neighbours.
    """
    spoken = [(word.word, word.start_s, word.end_s) for word in heard.words]
    words = [
        Word(word=text, start_s=start_s, end_s=max(start_s, end_s), probability=1.0)
        for text, start_s, end_s in retimed(correction.text, spoken)
    ]
    return heard.model_copy(update={"text": correction.text, "words": tuple(words)})


def score_of(store: Store, correction: Correction) -> Score | None:
    """Returns the newest score of corrected words, or ``None`` before there is one."""
    rows = store.rows(
        "SELECT body FROM correction_scores WHERE correction = ? ORDER BY rowid DESC LIMIT 1",
        correction.id,
    )
    return Score.model_validate_json(rows[0]["body"]) if rows else None


def want(store: Store, correction: Correction, at: datetime) -> None:
    """Puts down that its score is wanted; the row is what the worker goes by."""
    with store.change() as db:
        db.execute(
            "UPDATE corrections SET wanted_at = ?, n_tries = 0, trouble = NULL WHERE id = ?",
            (at.isoformat(), correction.id),
        )


def name(correction: int) -> str:
    """Returns what a correction is called in the queue."""
    return f"{_NAME}{correction}"


def number(queued: str) -> int | None:
    """Returns which correction a name from the queue means, or ``None`` for an attempt's."""
    digits = queued.removeprefix(_NAME)
    return int(digits) if digits != queued and digits.isdecimal() else None


def waiting(store: Store) -> list[str]:
    """Returns, by their names in the queue, those whose score is wanted and not there yet."""
    rows = store.rows(
        "SELECT id FROM corrections c WHERE wanted_at IS NOT NULL AND trouble IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM correction_scores WHERE correction = c.id) ORDER BY id"
    )
    return [name(row["id"]) for row in rows]


def finish(
    store: Store, correction: int, scorer: Callable[[], Scorer], clock: Callable[[], datetime]
) -> None:
    """Scores corrected words that are waiting; doing it twice keeps one score.

    Needs no lease: it takes a moment, and the same words get the same score.
    """
    found = find(store, correction)
    if found is None or name(correction) not in waiting(store):
        return
    with store.change() as db:
        db.execute("UPDATE corrections SET n_tries = n_tries + 1 WHERE id = ?", (correction,))
    tries = store.rows("SELECT n_tries FROM corrections WHERE id = ?", correction)
    try:
        if not tries or tries[0]["n_tries"] > MOST_TRIES:
            raise RuntimeError(f"the program stopped {MOST_TRIES} times over correction {found.id}")
        _keep_score(store, found, _score(store, found, scorer()), clock())
    except Exception:
        log.exception("correction %s could not be scored", correction)
        with store.change() as db:
            db.execute(
                "UPDATE corrections SET trouble = ? WHERE id = ?",
                ("The corrected words could not be scored; the details are in the log.", found.id),
            )


def _score(store: Store, correction: Correction, scorer: Scorer) -> Score:
    attempt = attempts.get(store, correction.attempt)
    heard = outcomes.transcript_of(store, attempt)
    breaks = () if heard is None else phrase_breaks(transcript(heard, correction))
    return scorer.score(correction.text, attempts.scenario_answered(store, attempt), breaks)


def _keep_score(store: Store, correction: Correction, score: Score, at: datetime) -> None:
    with store.change() as db:
        db.execute(  # a correction deleted meanwhile gets none
            "INSERT OR IGNORE INTO correction_scores (correction, model_version, body, made_at)"
            " SELECT id, ?, ?, ? FROM corrections WHERE id = ?",
            (score.model_version, score.model_dump_json(), at.isoformat(), correction.id),
        )
