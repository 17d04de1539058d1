"""Replies from files and the shell: read, hear, score, practise, each as one JSON-able record."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from practice import attempts, outcomes, pipeline
from practice.store import Store, StoreError
from practice.worker import now
from scenarios.load import LIBRARY_DIR, ScenarioError, load_library
from scenarios.models import Scenario
from scoring.models import Score
from scoring.scorer import ScorerError, load_scorer
from speech.engines import EngineError, load_engine
from speech.recording import RecordingError
from speech.transcribe import transcribe
from speech.weights import WeightsError

MAX_RECORDING_BYTES = 100_000_000  # a browser's 10 minutes of 16 kHz wav is 19 MB
MAX_TEXT_CHARS = 20_000  # 220 words are about 1,300 characters
MAX_PERSON_CHARS = 80


class InputError(ValueError):
    """What was given cannot be used; the message names it, and the remedy."""


BAD_INPUT = (
    InputError,
    ScenarioError,
    RecordingError,
    EngineError,
    WeightsError,
    ScorerError,
    StoreError,
    attempts.AttemptError,
)


class BatchLine(BaseModel):
    """One line of a batch: a reply to score, under an id of the caller's."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    scenario: str
    text: str


def scenario(scenario_id: str, folder: Path | None = None) -> Scenario:
    """Returns the scenario of that id from the shipped library and, if given, a folder.

    Raises:
        InputError: none has that id.
        ScenarioError: a scenario file cannot be used.
    """
    return _pick(library(folder), scenario_id)


def library(folder: Path | None = None) -> dict[str, Scenario]:
    """Returns the shipped scenarios with those of the folder added, by id."""
    if folder is not None and not folder.is_dir():
        raise InputError(f"There is no folder {folder}; name one that holds scenario files.")
    return load_library(LIBRARY_DIR, *([] if folder is None else [folder]))


def _pick(known: dict[str, Scenario], scenario_id: str, where: str = "") -> Scenario:
    if scenario_id not in known:
        raise InputError(
            f"{where}There is no scenario {scenario_id!r}; `between scenarios list` shows them all."
        )
    return known[scenario_id]


def read_recording(path: Path) -> bytes:
    """Returns a recording's bytes.

    Raises:
        InputError: it is missing, not a file, cannot be read, or is far too large.
    """
    try:
        if path.stat().st_size > MAX_RECORDING_BYTES:
            raise InputError(
                f"The recording {path} is {path.stat().st_size / 1e6:.0f} MB; "
                f"a reply fits in {MAX_RECORDING_BYTES / 1e6:.0f} MB."
            )
        return path.read_bytes()
    except OSError as exc:
        raise InputError(f"The recording {path} cannot be read ({exc.strerror}).") from exc


def read_text(name: str) -> str:
    """Returns the reply in a text file, or on standard input for ``-``.

    Raises:
        InputError: it cannot be read, is not UTF-8, or is far too long.
    """
    what = "Standard input" if name == "-" else f"The file {name}"
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as exc:
        raise InputError(f"{what} cannot be read ({exc.strerror}).") from exc
    except UnicodeDecodeError as exc:
        raise InputError(f"{what} is not text in UTF-8; save it as plain text.") from exc
    return _sized(text, what)


def _sized(text: str, what: str) -> str:
    if len(text) > MAX_TEXT_CHARS:
        raise InputError(
            f"{what} has {len(text)} characters; a reply has at most {MAX_TEXT_CHARS}."
        )
    return text


def read_batch(path: Path) -> list[BatchLine]:
    """Returns the replies of a batch file, every line checked before any is scored.

    Raises:
        InputError: the file cannot be read, or a line is not what a batch line must be.
    """
    try:
        lines = path.read_bytes().decode("utf-8-sig").splitlines()
    except OSError as exc:
        raise InputError(f"The batch {path} cannot be read ({exc.strerror}).") from exc
    except UnicodeDecodeError as exc:
        raise InputError(f"The batch {path} is not text in UTF-8.") from exc
    batch = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            batch.append(BatchLine.model_validate_json(line))
        except ValidationError as exc:
            fault = exc.errors()[0]
            field = ".".join(str(part) for part in fault["loc"]) or "the line"
            raise InputError(
                f"{path} line {number}: {field}: {fault['msg']}; "
                'a line is {"id": "…", "scenario": "…", "text": "…"}.'
            ) from exc
        _sized(batch[-1].text, f"{path} line {number}")
    return batch


def score_one(text: str, answered: Scenario, reply_id: str | None = None) -> dict[str, Any]:
    """Returns the record of one reply's score."""
    return _record(reply_id, answered, load_scorer().score(text, answered))


def score_batch(batch: Iterable[BatchLine], folder: Path | None) -> list[dict[str, Any]]:
    """Returns a record a line, in order.

    Raises:
        InputError: a line names an unknown scenario.
    """
    known = library(folder)
    batch = list(batch)
    pairs = [(line.text, _pick(known, line.scenario, f"Reply {line.id!r}: ")) for line in batch]
    scores = load_scorer().score_batch(pairs)
    return [
        _record(line.id, answered, score)
        for line, (_, answered), score in zip(batch, pairs, scores, strict=True)
    ]


def _record(reply_id: str | None, answered: Scenario, score: Score) -> dict[str, Any]:
    return {"id": reply_id, "scenario": answered.id, **score.model_dump(mode="json")}


def hear(path: Path, engine: str, model: str) -> dict[str, Any]:
    """Returns the record of one recording's transcript."""
    data = read_recording(path)
    return transcribe(data, load_engine(engine, model)).model_dump(mode="json")


def practise(
    answered: Scenario, recording: bytes, person: str, engine: str, model: str
) -> dict[str, Any]:
    """Does the whole main job: saves the recording, transcribes, scores, keeps; returns the record.

    Raises:
        InputError: the person's name is empty or too long, or the recording cannot be used; the
            attempt is kept all the same.
    """
    if not person.strip() or len(person) > MAX_PERSON_CHARS or not person.isprintable():
        raise InputError(f"--user {person!r}: give a name of 1 to {MAX_PERSON_CHARS} characters.")
    store = Store()
    attempts.add_person(store, person, person, now())
    attempt = attempts.start(store, person=person, scenario=answered, at=now(), recording=recording)
    attempt = pipeline.finish(store, attempt, lambda: load_engine(engine, model), load_scorer, now)
    if attempt.state == "failed":
        raise InputError(f"{attempt.detail} (It is kept as attempt {attempt.id}.)")
    transcript = outcomes.transcript_of(store, attempt)
    score = outcomes.score_of(store, attempt)
    return {
        "attempt": attempt.id,
        "state": attempt.state,
        "transcript": transcript and transcript.model_dump(mode="json"),
        "score": score and _record(attempt.id, answered, score),
    }


def describe(record: dict[str, Any]) -> str:
    """Returns a score record, and the transcript if there is one, in words for a person."""
    lines = []
    if record.get("transcript"):
        lines += [f"You said: {record['transcript']['text']}", ""]
    score = record["score"]
    if score["status"] == "unscored":
        return "\n".join([*lines, f"Not scored ({score['reason']}). {score['change']}"])
    for name, value in score["dimensions"].items():
        lines.append(
            f"{name.capitalize():14} {value['score']:.1f} of 4"
            f"  (likely {value['low']:.1f} to {value['high']:.1f})"
        )
    lines += ["", f"Keep:   {score['keep']}", f"Change: {score['change']}"]
    return "\n".join(lines)
