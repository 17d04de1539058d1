"""A place's calibrations: versions kept for good, at most one of them in use.

A calibration adjusts new scores of the scorer it was made for. Nothing kept is changed: switching
it off leaves the scores it adjusted as they were shown, with the machine's own beside them.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict

from practice import audit, outcomes
from practice.access import SHELL
from practice.attempts import Attempt
from practice.store import Store
from scenarios.models import DimensionId, Scenario
from scoring.models import DimensionScore, Score
from scoring.rubric import DIMENSIONS
from scoring.site_map import MARGIN, SiteMap, Verdict, adjust

MARK = "+site-"  # between the scorer's version and the calibration's, in a score's


class CalibrationError(ValueError):
    """What was asked of the calibrations cannot be; the message says why."""


class Calibration(BaseModel):
    """One version: its maps (only of the dimensions it helps) and what it was judged by."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int
    made_at: AwareDatetime
    made_by: str
    model_version: str
    n_replies: int
    n_ratings: int
    maps: dict[DimensionId, SiteMap]
    report: dict[DimensionId, Verdict]
    active: bool

    @property
    def words(self) -> str:
        """What is said beside a score that it adjusted."""
        return (
            f"adjusted to this clinic’s supervisors (version {self.version}, from"
            f" {self.n_ratings} ratings)"
        )

    def in_words(self) -> list[str]:
        """Returns how each dimension was judged, in a few sentences."""
        return [_judged(about.name, self.report[name]) for name, about in DIMENSIONS.items()]


def every(store: Store) -> list[Calibration]:
    """Returns every version, oldest first."""
    return [_of(row) for row in store.rows("SELECT * FROM calibrations ORDER BY version")]


def active(store: Store) -> Calibration | None:
    """Returns the version in use, or ``None``."""
    rows = store.rows("SELECT * FROM calibrations WHERE active = 1")
    return _of(rows[0]) if rows else None


def of_version(store: Store, model_version: str) -> Calibration | None:
    """Returns the calibration that a score's ``model_version`` names, or ``None`` for none."""
    number = model_version.partition(MARK)[2]
    if not number.isdecimal():
        return None
    rows = store.rows("SELECT * FROM calibrations WHERE version = ?", int(number))
    return _of(rows[0]) if rows else None


def applied(store: Store, score: Score, scenario: Scenario) -> tuple[Score, Score | None]:
    """Returns a new score as it is to be kept, with the machine's own if that was adjusted."""
    used = active(store)
    if used is None or used.model_version != score.model_version or score.status == "unscored":
        return score, None
    version = f"{score.model_version}{MARK}{used.version}"
    return adjust(score, used.maps, scenario.focus, version), score


def present_scorer(store: Store) -> str | None:
    """Returns the version of the scorer that gave the newest score here, or ``None``."""
    rows = store.rows("SELECT model_version FROM scores ORDER BY id DESC LIMIT 1")
    return rows[0]["model_version"].partition(MARK)[0] if rows else None


def is_of_present_scorer(store: Store, one: Calibration) -> bool:
    """Returns whether a calibration was made for the scorer that gave the newest score here."""
    return present_scorer(store) in (None, one.model_version)


def beside(
    store: Store, attempt: Attempt, score: Score
) -> dict[DimensionId, tuple[str, DimensionScore]]:
    """Returns, for each dimension that was adjusted, the words for it and the machine's own."""
    used = of_version(store, score.model_version)
    raw = None if used is None else outcomes.raw_score_of(store, attempt)
    if used is None or raw is None:
        return {}
    return {name: (used.words, raw.dimensions[name]) for name in used.maps}


def keep(
    store: Store,
    *,
    model_version: str,
    n_replies: int,
    n_ratings: int,
    maps: Mapping[DimensionId, SiteMap],
    report: Mapping[DimensionId, BaseModel],
    at: datetime,
    by: str = SHELL.id,
) -> Calibration:
    """Adds a version, in use from now on if it adjusts anything; the one before it then rests."""
    use = bool(maps)
    with store.change() as db:
        if use:
            db.execute("UPDATE calibrations SET active = 0 WHERE active = 1")
        db["calibrations"].insert(
            {
                "made_at": at.isoformat(),
                "made_by": by,
                "model_version": model_version,
                "n_replies": n_replies,
                "n_ratings": n_ratings,
                "maps": json.dumps({name: one.model_dump() for name, one in maps.items()}),
                "report": json.dumps({name: one.model_dump() for name, one in report.items()}),
                "active": int(use),
            }
        )
    kept = every(store)[-1]
    audit.note(store, by, "made a calibration", at, subject=f"version {kept.version}", always=True)
    return kept


def switch_off(store: Store, at: datetime, by: str = SHELL.id) -> Calibration | None:
    """Ends the use of the version in use; returns it, or ``None`` if there was none."""
    was = active(store)
    if was is not None:
        with store.change() as db:
            db.execute("UPDATE calibrations SET active = 0 WHERE active = 1")
        subject = f"version {was.version}"
        audit.note(store, by, "switched a calibration off", at, subject=subject, always=True)
    return was


def switch_on(store: Store, version: int | None, at: datetime, by: str = SHELL.id) -> Calibration:
    """Puts a version into use: that one, or for ``None`` the newest that adjusts anything.

    Raises:
        CalibrationError: there is none such, or it adjusts nothing.
    """
    known = every(store)
    if version is not None and version not in {one.version for one in known}:
        raise CalibrationError(
            f"There is no calibration {version}; `between evaluate --calibration list` shows them."
        )
    chosen = [one for one in known if one.maps and version in (None, one.version)]
    if not chosen and version is None:
        raise CalibrationError(
            "There is no calibration to switch on; `between evaluate --calibrate` makes one."
        )
    if not chosen:
        raise CalibrationError(
            f"Calibration {version} made no dimension better, so there is nothing to switch on."
        )
    picked = chosen[-1]
    with store.change() as db:
        db.execute("UPDATE calibrations SET active = 0 WHERE active = 1")
        db.execute("UPDATE calibrations SET active = 1 WHERE version = ?", (picked.version,))
    subject = f"version {picked.version}"
    audit.note(store, by, "switched a calibration on", at, subject=subject, always=True)
    return picked.model_copy(update={"active": True})


def _of(row: dict[str, Any]) -> Calibration:
    return Calibration.model_validate(
        {
            **row,
            "maps": json.loads(row["maps"]),
            "report": json.loads(row["report"]),
            "active": bool(row["active"]),
        }
    )


def _judged(name: str, verdict: Verdict) -> str:
    did = "adjusted" if verdict.helps else "left as it is"
    kappa = (
        f"; weighted kappa {verdict.kappa_before:.2f}, adjusted {verdict.kappa_after:.2f}"
        if verdict.kappa_before is not None and verdict.kappa_after is not None
        else ""
    )
    likely = ""
    if verdict.fall > 0 and verdict.fall_low is not None and verdict.fall_high is not None:
        low = f"{verdict.fall_low:.2f}".replace("-", "−")
        likely = f" (less by {verdict.fall:.2f}, likely {low} to {verdict.fall_high:.2f})"
    why = "" if verdict.helps else f" {_why_not(verdict)}"
    return (
        f"{name}: {did}. On trainees it had not met, the machine’s score was"
        f" {verdict.error_before:.2f} of a point from the ratings, adjusted"
        f" {verdict.error_after:.2f}{likely}{kappa}.{why}"
    )


def _why_not(verdict: Verdict) -> str:
    if verdict.fall < MARGIN:
        return f"Only a fall of {MARGIN:.2f} or more is worth it."
    if verdict.fall_low is None or verdict.fall_low <= 0:
        return "With so few ratings that may be chance."
    return "It would be closer on average and yet tell replies apart less well."
