"""The app as it is served, started for a benchmark on a data folder, and ended after it."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from practice.processes import ROOT

LONGEST_S = 120.0
LOOK_S = 0.02


@dataclass(frozen=True)
class Served:
    """A running app: its address, its process, and when it was started (by the bench's clock)."""

    url: str
    pid: int
    began_s: float


def free_port() -> int:
    """Returns a port of this computer that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(folder: Path, *, accounts: bool) -> Iterator[Served]:
    """Starts one web process, waits until it answers, and ends it."""
    port, began_s = free_port(), time.perf_counter()
    app = subprocess.Popen(
        [
            *(sys.executable, "-m", "streamlit", "run", "app.py"),
            *("--server.port", str(port), "--server.headless", "true"),
        ],
        cwd=ROOT,
        env={
            **os.environ,
            "BETWEEN_DATA": str(folder),
            "BETWEEN_ACCOUNTS": "1" if accounts else "0",
            "BETWEEN_QUEUE": "",
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        while app.poll() is None:
            try:
                with urllib.request.urlopen(f"{url}/_stcore/health"):
                    break
            except OSError:
                if time.perf_counter() - began_s > LONGEST_S:
                    raise
                time.sleep(LOOK_S)
        yield Served(url, app.pid, began_s)
    finally:
        app.kill()
        app.wait()


def memory_mb(pid: int) -> int | None:
    """Returns the memory a process holds now, in MB, where the system tells."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return None
    lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
    return round(int(lines["VmRSS"].split()[0]) / 1000)
