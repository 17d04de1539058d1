"""What `between evaluate --calibrate` and `--calibration` do: each returns the words to print."""

from datetime import datetime

from practice import blind_ratings, calibrations
from practice.blind_ratings import Rated
from practice.calibrations import Calibration, CalibrationError
from practice.store import Store
from scenarios.models import DimensionId
from scoring.calibrate import fit, judge
from scoring.rubric import DIMENSIONS

LEAST_REPLIES = 60
LEAST_TRAINEES = 5  # whole trainees are held out in turn, so there must be some


def calibrate(store: Store, at: datetime) -> str:
    """Fits and judges a calibration on the blind ratings here, and uses it where it helps.

    With too few ratings nothing is changed, and the words say how many are missing.
    """
    usable, older = _usable(store)
    n_replies = len({one.attempt for one in usable})
    trainees = {one.trainee for one in usable}
    note = f" ({older}, and are left out)" if older else ""
    missing = LEAST_REPLIES - n_replies
    if missing > 0:
        return (
            f"A calibration needs at least {LEAST_REPLIES} scored replies that supervisors have"
            f" rated blind; so far there {_are(n_replies)}{note}, so {missing} more"
            f" {_is(missing)} needed. Nothing was changed."
        )
    if len(trainees) < LEAST_TRAINEES:
        return (
            f"A calibration is checked on trainees it has not met, so it needs rated replies of at"
            f" least {LEAST_TRAINEES} trainees; the {n_replies} here are of {len(trainees)}."
            " Nothing was changed."
        )
    names = [one.trainee for one in usable]
    maps, report = {}, {}
    for name in DIMENSIONS:
        scores = [_score(one, name) for one in usable]
        ratings = [one.rating.dimensions[name] for one in usable]
        report[name] = judge(scores, ratings, names)
        if report[name].helps:
            maps[name] = fit(scores, ratings)
    before = calibrations.active(store)
    kept = calibrations.keep(
        store,
        model_version=usable[0].score.model_version if usable[0].score else "",
        n_replies=n_replies,
        n_ratings=len(usable),
        maps=maps,
        report=report,
        at=at,
    )
    lines = [_outcome(kept, len(trainees), before), *kept.in_words()]
    if older:
        lines.append(f"Of the rated replies, {older}, and were left out.")
    return "\n".join(lines)


def _usable(store: Store) -> tuple[list[Rated], str]:
    """Returns the ratings of replies that the present scorer scored, and which others there are."""
    scored = [
        one for one in blind_ratings.gather(store) if one.score and one.score.status == "scored"
    ]
    present = calibrations.present_scorer(store)
    usable = [one for one in scored if one.score and one.score.model_version == present]
    n_older = len({one.attempt for one in scored} - {one.attempt for one in usable})
    return usable, f"{n_older} were scored by an earlier scorer" if n_older else ""


def _score(one: Rated, name: DimensionId) -> float:
    value = None if one.score is None else one.score.dimensions[name].score
    if value is None:
        raise ValueError(f"Reply {one.attempt} is scored and has no score for {name}.")
    return value


def _are(n: int) -> str:
    return f"{_is(n)} {n or 'none'}"


def _is(n: int) -> str:
    return "is" if n == 1 else "are"


def _outcome(kept: Calibration, n_trainees: int, before: Calibration | None) -> str:
    made_from = (
        f"{kept.n_ratings} blind ratings of {kept.n_replies} replies by {n_trainees} trainees"
    )
    if kept.maps:
        return (
            f"Calibration {kept.version}, from {made_from}, is in use from now on: new scores are"
            " adjusted, and the machine’s own stay beside them. `between evaluate --calibration"
            " off` ends it."
        )
    stays = (
        f"version {before.version} stays in use (`between evaluate --calibration off` ends it)"
        if before
        else "the machine’s own scores stay"
    )
    return (
        f"Adjusting the scores to {made_from} would not bring them reliably closer to your"
        f" supervisors, so nothing was changed: {stays}. That is good to know, too."
    )


def turn(store: Store, which: str, at: datetime) -> str:
    """Lists the calibrations, or switches one on or off.

    Args:
        store: the data folder.
        which: ``list``, ``off``, ``on`` for the newest that helps, or a version's number.
        at: now, aware.

    Raises:
        CalibrationError: it is none of these, or there is nothing to switch on.
    """
    if which == "list":
        return "\n".join(_line(store, one) for one in calibrations.every(store)) or (
            "There is no calibration here; `between evaluate --calibrate` makes one."
        )
    if which == "off":
        was = calibrations.switch_off(store, at)
        if was is None:
            return "No calibration is in use; scores are the machine’s own."
        return (
            f"Calibration {was.version} is no longer in use: new scores are the machine’s own."
            " It is kept; `--calibration on` brings it back."
        )
    if which != "on" and not which.isdecimal():
        raise CalibrationError(
            f"--calibration {which!r}: give list, off, on, or a version’s number."
        )
    used = calibrations.switch_on(store, None if which == "on" else int(which), at)
    return f"Calibration {used.version} is in use for new scores.{_outdated(store, used)}"


def _line(store: Store, one: Calibration) -> str:
    adjusts = ", ".join(DIMENSIONS[name].name for name in DIMENSIONS if name in one.maps)
    return (
        f"version {one.version} · {one.made_at:%Y-%m-%d} · from {one.n_ratings} ratings of"
        f" {one.n_replies} replies · {f'adjusts {adjusts}' if adjusts else 'adjusts nothing'}"
        f" · {'in use' if one.active else 'not in use'}{_outdated(store, one)}"
    )


def _outdated(store: Store, one: Calibration) -> str:
    if calibrations.is_of_present_scorer(store, one):
        return ""
    return " It was made for an earlier scorer and adjusts nothing the present one says."
