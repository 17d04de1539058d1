"""A worker process with stand-ins for engine and scorer, for tests that start and kill it.

``BETWEEN_TEST_PAUSE_S`` is how long it hears a recording; ``BETWEEN_TEST_DIE_AT`` names the step at
which it kills itself (once: a file in the data folder remembers), as ``kill -9`` would.
"""

import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from practice import attempts, child, lanes, pipeline, processes, work
from practice.finisher import Finisher
from practice.store import Store
from practice.worker import now
from scenarios.models import Scenario
from scoring.models import DimensionScore, Score
from speech.heard import Heard, Segment
from tests.stand_ins import words_of

SAID = "It sounds as if writing takes you straight back. What would suit you instead?"
STEPS = (
    *("claimed", "before hearing", "after hearing", "before transcribed", "after transcribed"),
    *(
        "before scoring",
        "after scoring",
        "before scored",
        "after scored",
        "before done",
        "after done",
    ),
)


class Engine:
    name = "stand-in"
    model = "none"

    def hear(self, samples: NDArray[np.float32]) -> Heard:
        step("before hearing")
        time.sleep(float(os.environ.get("BETWEEN_TEST_PAUSE_S", "0")))
        step("after hearing")
        return Heard((Segment(SAID, words_of(SAID), -0.2, 0.0, 1.2),), "en")


class Scorer:
    def score(self, text: str, scenario: Scenario, breaks: Sequence[int] = ()) -> Score:
        step("before scoring")
        value = DimensionScore(score=2.0, low=2.0, high=2.0)
        score = Score(
            status="scored",
            reason=None,
            dimensions=dict.fromkeys(("rationale", "collaboration", "obstacles"), value),
            overall=2.0,
            behaviours={},
            watch_outs={},
            keep=None,
            change="c",
            model_version="stand-in",
        )
        step("after scoring")
        return score


def step(name: str) -> None:
    """Kills this process, if it is to die at this step and has not died yet."""
    if os.environ.get("BETWEEN_TEST_DIE_AT") != name:
        return
    died = Path(os.environ["BETWEEN_DATA"]) / "died"
    if not died.exists():
        died.touch()
        os.kill(os.getpid(), signal.SIGKILL)


def around(module: Any, name: str, before: str | None, after: str | None) -> None:
    """Puts steps before and after a function."""
    plain = getattr(module, name)

    def stepped(*args: Any, **kwargs: Any) -> Any:
        moved_to = args[2] if name == "move" else ""
        if before:
            step(before + moved_to)
        result = plain(*args, **kwargs)
        if after:
            step(after + moved_to)
        return result

    setattr(module, name, stepped)


def main() -> None:
    store = Store()
    held = processes.lock(store.folder)
    if held is None:
        return
    around(attempts, "move", "before ", "after ")
    around(work, "claim", None, "claimed")
    around(work, "end", "before done", "after done")
    child.ROUND_S = 0.2  # type: ignore[misc]
    processes.leave_with_parent()
    engine = Engine()
    finisher = Finisher(store, lambda: engine, Scorer, now, f"process {os.getpid()}")
    child.serve(store, finisher, lambda path: lanes.hear(Path(path), lambda: engine), 1)


assert pipeline.attempts is attempts  # or the steps around its functions would not be seen

if __name__ == "__main__":
    main()
