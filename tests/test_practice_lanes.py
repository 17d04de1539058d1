"""Recordings heard on another machine through a real Redis, started for the test."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from practice import lanes, queued
from practice.lanes import Away
from speech.engines import EngineError
from speech.recording import RecordingError
from tests.e2e.conftest import free_port
from tests.faults_child import SAID, Engine
from tests.stand_ins import voice_like, wav

REDIS = shutil.which("redis-server")


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    pytest.importorskip("redis", reason="the extra [redis] is not installed")
    if REDIS is None:
        pytest.skip("no redis-server is installed")
    port = free_port()
    server = subprocess.Popen(
        [REDIS, "--port", str(port), "--save", "", "--dir", str(tmp_path), "--bind", "127.0.0.1"],
        stdout=subprocess.DEVNULL,
    )
    yield f"redis://127.0.0.1:{port}"
    server.kill()
    server.wait()


def elsewhere(address: str) -> subprocess.Popen[bytes]:
    """Another machine: a process that has the address and no data folder."""
    script = (
        "import sys\n"
        "from practice.lanes import Away\n"
        "from tests.faults_child import Engine\n"
        "Away(sys.argv[1], Engine).consumer().run()\n"
    )
    environment = {name: value for name, value in os.environ.items() if name != "BETWEEN_DATA"}
    return subprocess.Popen(
        [sys.executable, "-c", script, address], cwd=queued.ROOT, env=environment
    )


def connected(address: str) -> None:
    redis = pytest.importorskip("redis")
    until = time.monotonic() + 60
    while True:
        try:
            Away(address).huey.storage.conn.ping()
            return
        except redis.ConnectionError:
            assert time.monotonic() < until
            time.sleep(0.05)


def test_a_recording_is_heard_on_a_machine_that_has_no_database(
    address: str, tmp_path: Path
) -> None:
    connected(address)
    there = elsewhere(address)
    try:
        away = Away(address)
        (tmp_path / "reply").write_bytes(wav(voice_like()))
        assert away.hear((tmp_path / "reply").read_bytes()).text == SAID
        (tmp_path / "reply").write_bytes(b"not a recording" * 100)
        with pytest.raises(RecordingError) as refused:
            away.hear((tmp_path / "reply").read_bytes())
        assert refused.value.reason == "unreadable"
        away.huey.storage.conn.connection_pool.disconnect()
    finally:
        there.kill()
        there.wait()


def test_a_recording_taken_by_a_machine_that_then_dies_is_sent_out_again(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected(address)
    monkeypatch.setattr(lanes, "ASK_AGAIN_S", 0.5)
    monkeypatch.setattr(lanes, "GIVE_UP_S", 1.2)
    (tmp_path / "reply").write_bytes(wav(voice_like()))
    away = Away(address)
    with pytest.raises(EngineError, match="no machine answered"):
        away.hear((tmp_path / "reply").read_bytes())
    assert away.huey.pending_count() >= 2
    away.huey.storage.conn.connection_pool.disconnect()


def test_a_redis_that_is_not_there_is_said_plainly(tmp_path: Path) -> None:
    pytest.importorskip("redis", reason="the extra [redis] is not installed")
    (tmp_path / "reply").write_bytes(wav(voice_like()))
    with pytest.raises(EngineError, match="Redis cannot be reached"):
        Away(f"redis://127.0.0.1:{free_port()}").hear(b"x")


def test_hearing_elsewhere_is_a_function_of_the_recording_alone() -> None:
    first, second = (lanes.hear(wav(voice_like()), Engine)["transcript"] for _ in range(2))
    assert first | {"seconds": 0} == second | {"seconds": 0}
    assert lanes.hear(b"", Engine)["reason"] == "empty"
