"""Several web processes on one host, and the one worker they share: `between serve`.

They share the database and the data folder; a proxy in front keeps each person at one of them
(`deploy/nginx.conf`), for Streamlit keeps what is on a person's screen in its process. This module
only starts the processes, starts those that end again, and ends them all when it ends.
"""

import logging
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from practice import processes

log = logging.getLogger(__name__)

SECRET_FILE = "cookie.secret"
LOOK_S = 0.5
SHORT_LIFE_S = 20.0
MOST_WAIT_S = 30.0
FAREWELL_S = 10.0
TRUSTED = "BETWEEN_PROXY"  # addresses the proxy speaks from, by commas; no other is believed
LOOPBACK = "127.0.0.1,::1"


@dataclass
class Part:
    """One process that is to be there: what it is, how it is started, and when it is wanted."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    wanted: Callable[[], bool] = lambda: True
    process: subprocess.Popen[bytes] | None = None
    born: float = 0.0
    n_short: int = 0
    not_before: float = field(default=0.0)

    def look_after(self, at_s: float) -> None:
        """Starts it if it is not there; one that ends at once is started less and less often."""
        if self.process is not None and self.process.poll() is not None:
            self.let_go()
            short = at_s - self.born < SHORT_LIFE_S
            self.n_short = self.n_short + 1 if short else 0
            self.not_before = at_s + min(MOST_WAIT_S, 2.0**self.n_short - 1)
            log.warning("%s ended; it is started again", self.name)
        if self.process is None and at_s >= self.not_before and self.wanted():
            self.born = at_s
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.PIPE,  # never written to: it closes when this process ends
                env=dict(self.environment),
                cwd=processes.ROOT,
                start_new_session=True,  # Ctrl-C is for us; they follow
            )

    def let_go(self) -> None:
        """Closes its standard input, at which it leaves by itself, and waits for it."""
        if self.process is None:
            return
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            self.process.wait(FAREWELL_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None


def secret(folder: Path) -> str:
    """Returns the secret that all web processes of a data folder sign with, made on first use."""
    path = folder / SECRET_FILE
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    made = secrets.token_hex(32)
    with os.fdopen(handle, "w") as file:
        file.write(made)
    return made


def shared(environment: Mapping[str, str], folder: Path, address: str) -> dict[str, str]:
    """Returns the environment of every process: what must be alike, and whom they believe.

    Args:
        environment: this process's own; what it names already is kept.
        folder: the data folder.
        address: what the web processes are bound to. Only a proxy beside them is believed by
            itself; one elsewhere has to be named.
    """
    trusted = LOOPBACK if address in LOOPBACK.split(",") else ""
    url = urlsplit(environment["BETWEEN_URL"])
    path = url.path.strip("/")
    return {
        "BETWEEN_ACCOUNTS": "1",
        **environment,
        "BETWEEN_DATA": str(folder),
        "PYTHONPATH": processes.with_root(environment.get("PYTHONPATH")),
        # uvicorn's own setting: whose X-Forwarded-For and -Proto count. Never "*".
        "FORWARDED_ALLOW_IPS": environment.get(TRUSTED, trusted).replace("*", ""),
        # Else Streamlit asks a host elsewhere for this computer's address at the first websocket.
        "STREAMLIT_BROWSER_SERVER_ADDRESS": url.hostname or "",
        **({"STREAMLIT_SERVER_BASE_URL_PATH": path} if path else {}),
        "STREAMLIT_SERVER_COOKIE_SECRET": secret(folder),
    }


def parts(environment: Mapping[str, str], address: str, first_port: int, n: int) -> list[Part]:
    """Returns the worker and the web processes, which listen on one port after another."""
    folder = Path(environment["BETWEEN_DATA"])
    worker = Part(
        "the worker",
        [sys.executable, "-m", processes.WORKER_MODULE],
        {**processes.WORKER_MEMORY, **environment},
        lambda: _is_free(folder),
    )
    return [worker, *(_web(environment, address, first_port, i) for i in range(n))]


def _web(environment: Mapping[str, str], address: str, first_port: int, i: int) -> Part:
    command = [
        *(sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"),
        *("--server.address", address, "--server.port", str(first_port + i)),
    ]
    return Part(f"web process {i + 1}", command, {**environment, processes.NUMBER: str(i + 1)})


def _is_free(folder: Path) -> bool:
    held = processes.lock(folder)
    if held is not None:
        held.close()
    return held is not None


def keep(some: list[Part], stop: threading.Event) -> None:
    """Keeps the processes there until it is told to stop, then ends them all."""
    try:
        while not stop.is_set():
            for one in some:
                one.look_after(time.monotonic())
            stop.wait(LOOK_S)
    finally:
        for one in some:
            if one.process is not None:
                one.process.terminate()
        for one in some:
            one.let_go()


def main() -> None:
    """Runs until it is told to end: ``python -m practice.serve ADDRESS FIRST_PORT N``."""
    logging.basicConfig(level=logging.INFO, format="serve: %(message)s")
    address, port, n = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    stop = threading.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: stop.set())
    environment = shared(os.environ, Path(os.environ["BETWEEN_DATA"]), address)
    keep(parts(environment, address, port, n), stop)


if __name__ == "__main__":
    main()
