"""Faults that no kill makes: clocks that jump, weights that go; the cases say what must hold."""

from datetime import datetime
from pathlib import Path

import pytest

from practice import processes
from speech import weights
from tests import fault_conditions


def test_a_lease_from_a_clock_that_was_ahead_holds_no_reply_up(
    tmp_path: Path, at: datetime
) -> None:
    assert fault_conditions.leases(tmp_path, at)


def test_sessions_links_and_lockouts_from_a_clock_that_was_ahead_end_with_it(
    tmp_path: Path, at: datetime
) -> None:
    assert fault_conditions.sessions(tmp_path, at)


def test_practice_goes_on_after_the_clock_was_ahead(at: datetime) -> None:
    assert fault_conditions.practice_goes_on(at)


def test_a_clock_that_is_ahead_for_an_hour_deletes_no_recording(
    tmp_path: Path, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BETWEEN_KEEP_AUDIO_DAYS", raising=False)
    assert fault_conditions.recordings_are_kept(tmp_path, at)


@pytest.mark.model
@pytest.mark.timeout(900)
@pytest.mark.skipif(not processes.can_run(), reason="no file locks on this system")
def test_weights_deleted_under_a_running_worker_lose_nothing_and_it_ends_by_itself(
    tmp_path: Path,
) -> None:
    assert fault_conditions.weights_go(tmp_path, weights.find("tiny.en").folder)
