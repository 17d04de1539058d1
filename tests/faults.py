"""The fault harness: ``python -m tests.faults [--kills 200] [--seed 1]``, repeatable by its seed.

Kills a worker at every step of an attempt, then at random moments, then the web process while it
saves; after each, nothing is lost and nothing done twice. Then the clock jumps, and Whisper's
weights go and come back under a real worker. Prints one line of JSON.
"""

import argparse
import json
import os
import platform
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from speech import weights
from tests import fault_cases, fault_conditions
from tests.faults_child import STEPS


def main() -> None:
    """Runs the harness."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    began, killed = (
        time.monotonic(),
        dict.fromkeys(("each step in turn", "any moment", "while saving"), 0),
    )
    most = max(1, asked.kills // 3 // len(STEPS))
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root)
        killed["each step in turn"] = fault_cases.kill_at_each(folder / "steps", most)
        for n in range(max(1, asked.kills // 3)):
            fault_cases.kill_while_saving(folder / f"saving {n}", asked.seed + n)
            killed["while saving"] += 1
        left = max(1, asked.kills - sum(killed.values()))
        killed["any moment"] = fault_cases.kill_at_random(folder / "random", left, asked.seed)
        at = datetime.now(UTC)
        clock = [
            fault_conditions.leases(folder / "leases", at),
            fault_conditions.sessions(folder / "sessions", at),
            fault_conditions.practice_goes_on(at),
            fault_conditions.recordings_are_kept(folder / "kept", at),
        ]
        (folder / "weights").mkdir()
        gone = fault_conditions.weights_go(folder / "weights", weights.find("tiny.en").folder)
    print(  # noqa: T201
        json.dumps(
            {
                "kills": sum(killed.values()),
                "at": killed,
                "seed": asked.seed,
                "lost": 0,
                "doubled": 0,
                "clock jumps": clock,
                "weights deleted": gone,
                "seconds": round(time.monotonic() - began, 1),
                "on": f"{platform.machine()}, {os.cpu_count()} cores",
                "date": datetime.now(UTC).date().isoformat(),
            }
        )
    )


if __name__ == "__main__":
    main()
