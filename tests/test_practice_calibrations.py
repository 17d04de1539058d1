"""Local calibration end to end: simulated raters, what is kept, what is shown, and the way back."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

import cli
from practice import (
    agreement_figures,
    attempts,
    audit,
    calibrating,
    calibrations,
    outcomes,
    pipeline,
    portfolio,
    reviews,
    tries,
)
from practice.accounts import Person
from practice.calibrations import CalibrationError
from practice.store import Store
from scenarios.models import Scenario
from scoring.models import Score
from scoring.rubric import DIMENSIONS
from tests.people import a_rating
from tests.rated_place import SCORER, a_score, rated_place
from tests.stand_ins import a_scenario

NO_LEANING = dict.fromkeys(DIMENSIONS, 0.0)
LATER = timedelta(days=30)


class StandIn:
    """A scorer that gives every reply 2, 1.5 and 3."""

    def __init__(self, version: str = SCORER) -> None:
        self.version = version

    def score(self, text: str, scenario: Scenario, breaks: tuple[int, ...] = ()) -> Score:
        values = {"rationale": 2.0, "collaboration": 1.5, "obstacles": 3.0}
        return a_score(values, set(), scenario).model_copy(update={"model_version": self.version})


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def finished(store: Store, person: Person, at: datetime, version: str = SCORER) -> attempts.Attempt:
    """A typed reply, scored by the stand-in as the app would have it scored."""
    attempt = attempts.start(
        store, person=person.id, scenario=a_scenario(), at=at, typed="What got in the way?"
    )
    return pipeline.finish(store, attempt, lambda: None, lambda: StandIn(version), lambda: at)


def test_a_place_with_59_is_told_that_one_is_missing(store: Store, at: datetime) -> None:
    rated_place(store, at, 59, n_twice=20)  # 79 ratings, and yet 59 replies
    said = calibrating.calibrate(store, at)
    assert said == (
        "A calibration needs at least 60 scored replies that supervisors have rated blind; so far"
        " there are 59, so 1 more is needed. Nothing was changed."
    )
    assert calibrations.every(store) == []


def test_an_empty_place_and_one_of_few_trainees_are_told_so(tmp_path: Path, at: datetime) -> None:
    assert "so far there are none, so 60 more are needed" in calibrating.calibrate(
        Store(tmp_path / "empty"), at
    )
    few = Store(tmp_path / "few")
    rated_place(few, at, 64, n_trainees=4)
    said = calibrating.calibrate(few, at)
    assert "at least 5 trainees; the 64 here are of 4" in said
    assert calibrations.every(few) == []


def test_a_known_leaning_is_found_on_its_dimension_only_and_new_scores_are_adjusted(
    store: Store, at: datetime
) -> None:
    # Supervisors here see 0.8 more of Collaboration than the machine does, and all else alike.
    _, _, tom, *_ = rated_place(store, at, 73)
    before = finished(store, tom, at)
    said = calibrating.calibrate(store, at + LATER)
    assert said.startswith("Calibration 1, from 73 blind ratings of 73 replies by 12 trainees, is")
    assert "Collaboration: adjusted. On trainees it had not met" in said
    assert "Rationale: left as it is." in said and "Obstacle handling: left as it is." in said
    used = calibrations.active(store)
    assert used is not None and set(used.maps) == {"collaboration"}
    assert used.words == ("adjusted to this clinic’s supervisors (version 1, from 73 ratings)")

    after = finished(store, tom, at + LATER)
    shown, raw = outcomes.score_of(store, after), outcomes.raw_score_of(store, after)
    assert shown is not None and raw is not None
    assert raw == StandIn().score("", a_scenario())
    assert shown.model_version == f"{SCORER}+site-1"
    value, own = shown.dimensions["collaboration"], raw.dimensions["collaboration"]
    assert (own.score, own.low, own.high) == (1.5, 0.5, 2.5)
    assert value.score == pytest.approx(1.5 + 0.8, abs=0.3)
    # Low and high go through the same map, and the score is always found again from what is kept.
    adjusts = used.maps["collaboration"].of
    assert (value.score, value.low, value.high) == tuple(map(adjusts, (1.5, 0.5, 2.5)))
    assert shown.dimensions["rationale"] == raw.dimensions["rationale"]
    # The scenario's focus: rationale 1, collaboration 3, obstacles 2.
    assert shown.overall == pytest.approx((1 * 2.0 + 3 * value.score + 2 * 3.0) / 6, abs=0.006)
    assert (shown.keep, shown.change, shown.behaviours) == (raw.keep, raw.change, raw.behaviours)
    assert calibrations.of_version(store, shown.model_version) == used
    # What was scored before stays as it was shown.
    assert outcomes.score_of(store, before) == raw == outcomes.raw_score_of(store, before)
    # Over time the machine's own are compared, or the change would look like the trainee's.
    newest = [one for one in tries.of_person(store, tom.id) if one.attempt == after.id]
    assert newest[0].scores == raw.dimensions


def test_a_place_without_a_leaning_is_left_alone_kindly(store: Store, at: datetime) -> None:
    _, _, tom, *_ = rated_place(store, at, 73, leaning=NO_LEANING)
    said = calibrating.calibrate(store, at)
    assert (
        "would not bring them reliably closer to your supervisors, so nothing was changed" in said
    )
    assert said.count("left as it is") == 3
    assert calibrations.active(store) is None
    kept = calibrations.every(store)
    assert [(one.version, one.maps, set(one.report)) for one in kept] == [(1, {}, set(DIMENSIONS))]
    score = outcomes.score_of(store, finished(store, tom, at))
    assert score is not None and score.model_version == SCORER
    with pytest.raises(CalibrationError, match="no calibration to switch on"):
        calibrating.turn(store, "on", at)
    with pytest.raises(CalibrationError, match="Calibration 1 made no dimension better"):
        calibrating.turn(store, "1", at)


def test_it_is_switched_off_and_on_and_every_change_is_in_the_log(
    store: Store, at: datetime
) -> None:
    _, _, tom, *_ = rated_place(store, at, 73)
    assert "no calibration here" in calibrating.turn(store, "list", at)
    assert calibrating.turn(store, "off", at).startswith("No calibration is in use")
    calibrating.calibrate(store, at)
    calibrating.calibrate(store, at)  # the second takes over from the first
    assert [one.active for one in calibrations.every(store)] == [False, True]
    adjusted = finished(store, tom, at)
    assert "Calibration 2 is no longer in use" in calibrating.turn(store, "off", at)
    plain = outcomes.score_of(store, finished(store, tom, at))
    assert plain is not None and plain.model_version == SCORER
    kept = outcomes.score_of(store, adjusted)
    assert kept is not None and kept.model_version == f"{SCORER}+site-2"
    assert calibrating.turn(store, "1", at) == "Calibration 1 is in use for new scores."
    assert calibrating.turn(store, "on", at) == "Calibration 2 is in use for new scores."
    calibrating.turn(store, "off", at)
    listed = calibrating.turn(store, "list", at).splitlines()
    assert listed[1] == (
        "version 2 · 2026-11-24 · from 73 ratings of 73 replies · adjusts Collaboration"
        " · not in use"
    )
    log = [(one.action, one.subject) for one in audit.all_about(store, "shell")]
    assert log == [
        ("made a calibration", "version 1"),
        ("made a calibration", "version 2"),
        ("switched a calibration off", "version 2"),
        ("switched a calibration on", "version 1"),
        ("switched a calibration on", "version 2"),
        ("switched a calibration off", "version 2"),
    ]


@pytest.mark.parametrize("which", ["maybe", "", "-1", "1.5", "7"])
def test_a_calibration_that_cannot_be_is_refused_in_one_sentence(
    store: Store, at: datetime, which: str
) -> None:
    with pytest.raises(CalibrationError, match=r"list, off, on|no calibration 7"):
        calibrating.turn(store, which, at)


def test_another_scorers_scores_are_neither_adjusted_nor_fitted_on(
    store: Store, at: datetime
) -> None:
    _, _, tom, *_ = rated_place(store, at, 73)
    calibrating.calibrate(store, at)
    newer = finished(store, tom, at, "r2-newer")
    score = outcomes.score_of(store, newer)
    assert score is not None and score.model_version == "r2-newer"
    assert calibrating.turn(store, "list", at).endswith("adjusts nothing the present one says.")
    said = calibrating.calibrate(store, at)
    assert "so far there are none (73 were scored by an earlier scorer, and are left out)" in said


def test_a_reply_scored_again_is_adjusted_too_and_the_older_score_stays(
    store: Store, at: datetime
) -> None:
    _, _, tom, *_ = rated_place(store, at, 73)
    attempt = finished(store, tom, at)
    calibrating.calibrate(store, at)
    score = pipeline.rescore(store, attempt, StandIn(), at)
    assert score.model_version == f"{SCORER}+site-1"
    kept = store.rows("SELECT model_version, raw FROM scores WHERE attempt = ?", attempt.id)
    assert [(one["model_version"], one["raw"] is None) for one in kept] == [
        (SCORER, True),
        (f"{SCORER}+site-1", False),
    ]


def test_agreement_goes_by_the_machines_own_score_and_shows_the_adjusted_beside_it(
    store: Store, at: datetime
) -> None:
    sunniva, _, *trainees = rated_place(store, at, 73)
    before = agreement_figures.overall(store, sunniva)
    calibrating.calibrate(store, at + LATER)
    assert agreement_figures.overall(store, sunniva).figures == before.figures
    for n in range(8):  # rated after it was made: the machine gives 1.5, they give 1 or 2
        attempt = finished(store, trainees[n], at + LATER)
        reviews.submit(store, trainees[n], attempt.id, at + LATER)
        when = at + LATER + timedelta(minutes=1)
        reviews.rate(store, sunniva, attempt.id, a_rating(2, 1 + n % 2, 3), when)
    found = agreement_figures.overall(store, sunniva)
    assert found.of("collaboration", "machine").n_replies == 81
    (adjusted,) = found.adjusted
    assert (adjusted.trait, adjusted.n_replies) == ("collaboration", 8)
    # The machine always says the same, so kappa is 0 by definition; it is of the eight new ones.
    assert adjusted.agreed is not None and adjusted.agreed.kappa.value == pytest.approx(0)
    raw = [one.score for one in agreement_figures.blind_ratings.gather(store)][-1]
    assert raw is not None and raw.model_version == SCORER


def test_two_tries_side_by_side_are_on_one_scale(store: Store, at: datetime) -> None:
    _, _, tom, *_ = rated_place(store, at, 73)
    before = finished(store, tom, at)
    calibrating.calibrate(store, at)
    after, later = finished(store, tom, at), finished(store, tom, at)
    own = StandIn().score("", a_scenario())
    assert outcomes.comparable(store, before, after) == (own, own)
    adjusted = outcomes.score_of(store, after)
    assert outcomes.comparable(store, after, later) == (adjusted, adjusted) != (own, own)


def test_what_goes_to_supervision_says_that_scores_were_adjusted(
    store: Store, at: datetime
) -> None:
    _, _, tom, *_ = rated_place(store, at, 73)
    before = finished(store, tom, at)
    calibrating.calibrate(store, at)
    after = finished(store, tom, at)
    pages = [
        portfolio.page("Tom", "", [portfolio.entry(store, one)], at) for one in (before, after)
    ]
    words = "The estimates are adjusted to this clinic’s supervisors (version 1, from 73 ratings)."
    assert [words in one for one in pages] == [False, True]
    score = outcomes.score_of(store, after)
    assert score is not None
    beside = calibrations.beside(store, after, score)
    assert set(beside) == {"collaboration"} and beside["collaboration"][1].score == 1.5


def test_no_two_calibrations_are_ever_in_use(store: Store, at: datetime) -> None:
    rated_place(store, at, 73)
    calibrating.calibrate(store, at)
    calibrating.calibrate(store, at)
    with pytest.raises(Exception, match="UNIQUE"), store.change() as db:
        db.execute("UPDATE calibrations SET active = 1")


def run(
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *args: str,
) -> tuple[int, str]:
    """The command's exit code and what it printed."""
    monkeypatch.setenv("BETWEEN_DATA", str(store.folder))
    monkeypatch.setattr("sys.argv", ["between", "evaluate", *args])
    code = 0
    try:
        cli.main()
    except SystemExit as exc:
        code = int(exc.code or 0)
    printed = capsys.readouterr()
    return code, (printed.out + printed.err).strip()


def test_the_command_says_what_it_did_and_bad_input_ends_with_2(
    store: Store, at: datetime, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = run(store, monkeypatch, capsys, "--calibrate")
    assert code == 0 and "60 more are needed" in said
    rated_place(store, at, 73)
    code, said = run(store, monkeypatch, capsys, "--calibrate")
    assert code == 0 and said.startswith("Calibration 1, from 73 blind ratings")
    code, said = run(store, monkeypatch, capsys, "--calibration", "list")
    assert code == 0 and said.endswith("· in use")
    code, said = run(store, monkeypatch, capsys, "--calibration", "off")
    assert code == 0 and "no longer in use" in said
    for wrong in (
        ("--calibration", "maybe"),
        ("--calibration", "9"),
        ("--calibrate", "--calibration", "off"),
        ("--calibrate", "--out", "x"),
    ):
        code, said = run(store, monkeypatch, capsys, *wrong)
        assert code == 2 and len(said.splitlines()) == 1, wrong
