"""How fast it is, here and now: each measure a plain function that returns JSON-able numbers.

Everything is what runs for a trainee: the worker process, the queue, the database, real weights.
Times are wall clock, in seconds; a number is the median of its repeats unless its name says more.
"""

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clips import manifest
from clips.words import words
from practice import attempts
from practice.queued import ROOT, QueuedWorker
from practice.store import Store
from practice.worker import now
from scenarios.load import load_library
from scoring.scorer import load_scorer
from speech.engines import EngineError, load_engine
from speech.recording import RATE_HZ, as_wav, samples_at
from speech.transcribe import transcribe
from speech.weights import WeightsError

LENGTHS_S = (15, 45, 90)
REPEATS = 3
CLASS_SIZE = 30
CLASS_REPLY_S = 45
LOOK_S = 0.05
MOST_S = 1800.0
REPLIES = ROOT / "tests" / "golden" / "replies"
Samples = NDArray[np.float32]


def machine(at: datetime) -> dict[str, Any]:
    """Returns when and on what it was measured, and how busy that machine was before."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "date": at.date().isoformat(),
        "cores": os.cpu_count(),
        "memory_gb": round(memory / 1e9, 1),
        "architecture": platform.machine(),
        "python": platform.python_version(),
        "load_before": round(os.getloadavg()[0], 2),
    }


def speech() -> Samples:
    """Returns spoken replies, one after another: the tests' own, else the clients' lines."""
    paths = sorted(REPLIES.glob("*.flac")) or sorted(manifest.MEDIA_DIR.glob("*.mp3"))[:12]
    return np.concatenate([samples_at(path.read_bytes(), RATE_HZ) for path in paths])


def reply(spoken: Samples, duration_s: float, n: int = 0) -> bytes:
    """Returns a recording of that length, as the browser sends it; another for every ``n``."""
    start = n * RATE_HZ
    wanted = round(duration_s * RATE_HZ)
    return as_wav(np.resize(np.roll(spoken, -start), wanted))


def _until_finished(worker: QueuedWorker, ids: Sequence[str]) -> dict[str, float]:
    began, ended = time.perf_counter(), dict[str, float]()
    while len(ended) < len(ids):
        if time.perf_counter() - began > MOST_S:
            raise TimeoutError(f"{len(ids) - len(ended)} replies were not finished in {MOST_S} s")
        for one in ids:
            if one not in ended and worker.progress(one).stage in ("finished", "stuck"):
                ended[one] = time.perf_counter() - began
        time.sleep(LOOK_S)
    return ended


def stop_to_feedback(spoken: Samples) -> dict[str, Any]:
    """Returns the seconds from Stop to a stored score: alone, by length, and a class at once."""
    scenario = load_library()["refusal-school"]
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        attempts.add_person(store, "me", "You", now())
        worker = QueuedWorker(store)

        def submit(recording: bytes) -> str:
            one = attempts.start(
                store, person="me", scenario=scenario, at=now(), recording=recording
            )
            worker.submit(one.id)
            return one.id

        began = time.perf_counter()
        worker.warm()
        try:
            _until_finished(worker, [submit(reply(spoken, 10))])
            found: dict[str, Any] = {"first_from_cold_s": _r(time.perf_counter() - began)}
            n = 1
            for length_s in LENGTHS_S:
                taken = []
                for _ in range(REPEATS):
                    recording, n = reply(spoken, length_s, n), n + 1
                    began = time.perf_counter()
                    _until_finished(worker, [submit(recording)])
                    taken.append(time.perf_counter() - began)
                found[f"reply_{length_s}_s"] = _r(statistics.median(taken))
            recordings = [reply(spoken, CLASS_REPLY_S, n + i) for i in range(CLASS_SIZE)]
            ended = _until_finished(worker, [submit(one) for one in recordings])
            found["class"] = {
                "replies": CLASS_SIZE,
                "length_s": CLASS_REPLY_S,
                "first_s": _r(min(ended.values())),
                "median_s": _r(statistics.median(ended.values())),
                "last_s": _r(max(ended.values())),
                "last_over_alone": _r(max(ended.values()) / found[f"reply_{CLASS_REPLY_S}_s"]),
            }
            found["worker_memory_mb"] = worker_memory_mb(worker)
        finally:
            worker.stop()
            store.close()
    return found


def worker_memory_mb(worker: QueuedWorker) -> int | None:
    """Returns the most memory the worker process has held, where the system tells."""
    pid = worker.process_id
    return None if pid is None else peak_memory_mb(pid)


def peak_memory_mb(pid: int) -> int | None:
    """Returns the most memory a process has held, in MB, where the system tells."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return None
    lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
    return round(int(lines["VmHWM"].split()[0]) / 1000)


def engines(spoken: Samples, model: str = "base") -> dict[str, Any]:
    """Returns both engines' seconds on the same recording and weights, turn about, and their WER.

    An engine that is not installed is left out, and why is said in the place of its WER.
    """
    recording = reply(spoken, CLASS_REPLY_S)
    taken: dict[str, list[float]] = {}
    errors: dict[str, float | str] = {}
    for name in ("faster-whisper", "openai-whisper"):
        try:
            transcribe(reply(spoken, 10), load_engine(name, model))  # warm
            taken[name] = []
        except (EngineError, WeightsError) as exc:
            taken.pop(name, None)
            errors[name] = f"left out: {exc}"
    for _ in range(REPEATS):
        for name, times in taken.items():
            began = time.perf_counter()
            transcribe(recording, load_engine(name, model))
            times.append(time.perf_counter() - began)
    seconds = {name: _r(statistics.median(times)) for name, times in taken.items()}
    for name in taken:
        errors[name] = word_error(partial(_text, name, model))
    both = len(seconds) == 2
    return {
        "model": model,
        "length_s": CLASS_REPLY_S,
        "seconds": seconds,
        "faster_by": _r(seconds["openai-whisper"] / seconds["faster-whisper"]) if both else None,
        "word_error": errors,
    }


def _text(name: str, model: str, data: bytes) -> str:
    return transcribe(data, load_engine(name, model)).text


def word_error(heard: Callable[[bytes], str], most: int = 20) -> float:
    """Returns the share of words heard wrongly in the first shipped clips."""
    wrong = total = 0
    for clip in list(manifest.load_manifest().values())[:most]:
        said = words(clip.transcript)
        wrong += _distance(said, words(heard(manifest.media_path(clip).read_bytes())))
        total += len(said)
    return round(wrong / total, 4)


def _distance(said: Sequence[str], heard: Sequence[str]) -> int:
    """Words to change, add or take away to turn one into the other (Levenshtein, 1966)."""
    row = list(range(len(heard) + 1))
    for i, word in enumerate(said, start=1):
        before, row[0] = row[0], i
        for j, other in enumerate(heard, start=1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (word != other))
    return row[-1]


def scoring(n: int = 120) -> dict[str, Any]:
    """Returns the milliseconds a reply takes to score, and how many a second go in a batch."""
    pairs = [(one.text, each) for each in load_library().values() for one in each.examples]
    pairs = (pairs * (n // len(pairs) + 1))[:n]
    scorer = load_scorer()
    scorer.score(*pairs[0])
    taken = []
    for text, scenario in pairs:
        began = time.perf_counter()
        scorer.score(text, scenario)
        taken.append((time.perf_counter() - began) * 1000)
    began = time.perf_counter()
    scorer.score_batch(pairs)
    together = time.perf_counter() - began
    return {
        "replies": n,
        "one_ms": _r(statistics.median(taken)),
        "one_p95_ms": _r(float(np.quantile(taken, 0.95))),
        "batch_per_s": _r(n / together),
    }


def start_up(port: int) -> dict[str, Any]:
    """Returns the seconds from the command to a server that answers; no page has been asked for."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        app = subprocess.Popen(
            [
                *(sys.executable, "-m", "streamlit", "run", "app.py"),
                *("--server.port", str(port), "--server.headless", "true"),
            ],
            cwd=ROOT,
            env={**os.environ, "BETWEEN_DATA": folder},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            while time.perf_counter() - began < MOST_S and app.poll() is None:
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health"):
                        break
                except OSError:
                    time.sleep(LOOK_S)
            return {"answers_s": _r(time.perf_counter() - began)}
        finally:
            app.kill()
            app.wait()


def _r(value: float) -> float:
    return round(value, 2)
