"""The command keeps its contracts: the design's JSON, exit codes, one line for bad input."""

import json
from pathlib import Path
from typing import Any, get_args

import pytest

import cli
from practice import attempts
from practice.store import Store
from scenarios.load import LIBRARY_DIR
from scenarios.models import BehaviourId, DimensionId, WatchOutId
from tests.conftest import GOLDEN

GOOD = (
    "You left school at sixteen and hated it, and I've just handed you a little book. That's on me."
    " You said that fixing the gate lifted your mood. What would feel worth trying, to you?"
)
REPLIES = GOLDEN / "replies"


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BETWEEN_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *args: str
) -> tuple[int, str, str]:
    monkeypatch.setattr("sys.argv", ["between", *args])
    code = 0
    try:
        cli.main()
    except SystemExit as exc:
        code = int(exc.code or 0)
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.fixture
def between(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    return lambda *args: run(capsys, monkeypatch, *args)


def test_a_score_has_every_field_of_the_contract(between: Any) -> None:
    code, out, err = between("score", "--scenario", "refusal-school", "--text", GOOD, "--json")
    record = json.loads(out)
    assert (code, err) == (0, "")
    assert list(record) == [
        *("id", "scenario", "status", "reason", "dimensions", "overall", "behaviours"),
        *("watch_outs", "keep", "change", "model_version"),
    ]
    assert set(record["dimensions"]) == set(get_args(DimensionId))
    for one in record["dimensions"].values():
        assert 0 <= one["low"] <= one["score"] <= one["high"] <= 4
    assert set(record["behaviours"]) == set(get_args(BehaviourId))
    assert set(record["watch_outs"]) == set(get_args(WatchOutId))
    for one in (record["behaviours"] | record["watch_outs"]).values():
        assert set(one) == {"present", "probability", "evidence"}
        assert bool(one["evidence"]) == one["present"]
        for words in one["evidence"]:
            assert GOOD[words["start"] : words["end"]] == words["text"]


def test_an_unscored_reply_has_a_reason_and_no_number(between: Any) -> None:
    code, out, _ = between("score", "--scenario", "refusal-school", "--text", "Um.", "--json")
    record = json.loads(out)
    assert (code, record["status"], record["reason"]) == (0, "unscored", "too_short")
    assert record["overall"] is None
    assert record["dimensions"]["rationale"] == {"score": None, "low": None, "high": None}


def test_a_reply_can_come_from_a_file(between: Any, tmp_path: Path) -> None:
    (tmp_path / "reply.txt").write_text(GOOD)
    _, from_file, _ = between(
        "score", "--scenario", "refusal-school", str(tmp_path / "reply.txt"), "--json"
    )
    _, from_text, _ = between("score", "--scenario", "refusal-school", "--text", GOOD, "--json")
    assert from_file == from_text


def test_a_batch_gives_a_line_a_reply_in_order_with_scenarios_of_ones_own(
    between: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    own = (LIBRARY_DIR / "refusal-school.yaml").read_text().replace("refusal-school", "mine-one")
    (folder / "mine-one.yaml").write_text(own)
    lines = [
        {"id": "a", "scenario": "mine-one", "text": GOOD},
        {"id": "b", "scenario": "toohard-phone", "text": "No."},
    ]
    batch = tmp_path / "in.jsonl"
    batch.write_text("\n".join(json.dumps(line) for line in lines) + "\n\n")
    code, out, _ = between("score", "--batch", str(batch), "--scenarios", str(folder), "--json")
    records = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [(one["id"], one["scenario"], one["status"]) for one in records] == [
        ("a", "mine-one", "scored"),
        ("b", "toohard-phone", "unscored"),
    ]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("score", "--scenario", "nope", "--text", GOOD), "no scenario 'nope'"),
        (("score", "--text", GOOD), "--scenario ID"),
        (("score", "--scenario", "refusal-school"), "Give the reply once"),
        (("score", "--scenario", "refusal-school", "no-such-file.txt"), "cannot be read"),
        (("score", "--batch", "no-such-file.jsonl"), "cannot be read"),
        (("score", "--scenarios", "no-such-folder", "--scenario", "x", "--text", "y"), "no folder"),
        (("transcribe", "no-such-file.wav"), "cannot be read"),
        (("transcribe", "--bogus"), "No such option"),
        (("nonsense",), "No such command"),
        (("practise", "--scenario", "refusal-school", "--audio", "nothing.wav"), "cannot be read"),
        (("transcribe", __file__, "--engine", "parrot"), "no engine 'parrot'"),
        (("transcribe", __file__, "--model", "gigantic"), "No weights for Whisper 'gigantic'"),
    ],
)
def test_bad_input_gets_one_clear_line_and_exit_code_2(
    between: Any, args: tuple[str, ...], said: str
) -> None:
    code, out, err = between(*args)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1 and err.startswith("between: ") and said in err


@pytest.mark.parametrize(
    "line",
    ["not json", '{"id": "a"}', '{"id": "a", "scenario": "x", "text": "y", "more": 1}', "[]"],
)
def test_a_wrong_batch_line_is_named_by_its_number_and_nothing_is_scored(
    between: Any, tmp_path: Path, line: str
) -> None:
    batch = tmp_path / "in.jsonl"
    good = json.dumps({"id": "a", "scenario": "refusal-school", "text": GOOD})
    batch.write_text(f"{good}\n{line}\n")
    code, out, err = between("score", "--batch", str(batch), "--json")
    assert (code, out) == (2, "")
    assert "line 2" in err and err.count("\n") == 1


def test_a_scenario_file_with_a_wrong_field_is_named(between: Any, tmp_path: Path) -> None:
    wrong = (LIBRARY_DIR / "refusal-school.yaml").read_text().replace("phase: design", "phase: x")
    (tmp_path / "refusal-school.yaml").write_text(wrong)
    code, _, err = between("scenarios", "check", str(tmp_path))
    assert code == 1
    assert "refusal-school.yaml" in err and "phase" in err and "design" in err


def test_the_shipped_scenarios_and_clips_are_in_order(between: Any) -> None:
    assert between("scenarios", "check")[0] == 0
    assert between("clips", "check")[0] == 0


def test_the_grid_names_every_family(between: Any) -> None:
    code, out, _ = between("scenarios", "list", "--grid")
    assert code == 0 and "rupture-withdrawal" in out and "too_challenging" in out


@pytest.mark.model
def test_a_spoken_reply_is_practised_and_the_attempt_is_kept(between: Any, data: Path) -> None:
    code, out, err = between(
        *("practise", "--scenario", "refusal-school", "--json"),
        *("--audio", str(REPLIES / "refusal-school-good.flac")),
    )
    record = json.loads(out)
    assert (code, err, record["state"]) == (0, "", "scored")
    assert list(record) == ["attempt", "state", "transcript", "score"]
    assert set(record["transcript"]) == {
        *("text", "language", "words", "duration_s", "engine", "model", "seconds"),
        *("delivery", "quality"),
    }
    assert "school" in record["transcript"]["text"]
    kept = attempts.newest(Store(data), attempts.LOCAL_PERSON, 5)
    assert [one.id for one in kept] == [record["attempt"]]


@pytest.mark.model
def test_a_file_that_is_no_recording_is_kept_and_said_in_one_line(
    between: Any, data: Path, tmp_path: Path
) -> None:
    (tmp_path / "reply.wav").write_bytes(b"not sound" * 1000)
    code, out, err = between(
        "practise", "--scenario", "refusal-school", "--audio", str(tmp_path / "reply.wav")
    )
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "could not be read" in err and "kept as attempt" in err
    assert [one.state for one in attempts.newest(Store(data), "me", 5)] == ["failed"]


@pytest.mark.model
def test_the_doctor_finds_all_that_is_needed(between: Any) -> None:
    code, out, _ = between("doctor", "--json")
    found = {one["name"]: one for one in json.loads(out)}
    assert code == 0
    assert found["Whisper base weights"]["ok"] and found["scorer"]["ok"]


def test_the_doctor_says_when_the_data_folder_cannot_be_used(
    between: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("BETWEEN_DATA", str(tmp_path / "file"))
    code, out, _ = between("doctor")
    assert code == 1
    assert "MISSING   data" in out and "BETWEEN_DATA" in out
