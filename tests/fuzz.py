"""Seeded fuzzing: ``python -m tests.fuzz [--n 2000] [--seed 1]``; the same seed, the same inputs.

Recordings, scenario files, sets and batch lines are mutated; each must be taken or refused in words
for a person: no other exception, no dying process, nothing half kept.
"""

import argparse
import io
import json
import random
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import yaml

from practice import exchange, replies
from practice.accounts import ALONE
from practice.exchange import Here
from practice.media import MediaError
from practice.parcel import SetError
from practice.store import Store
from scenarios.load import LIBRARY_DIR, ScenarioError, load_library, load_sets
from scenarios.models import ScenarioSet
from speech.recording import RecordingError
from speech.transcribe import transcribe
from tests.conftest import GOLDEN
from tests.faults_child import Engine
from tests.stand_ins import a_scenario, voice_like, wav

AT = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
ODD = (
    *("", "\x00", "-1", "9" * 21, "null", "[]", "{}", "\ud7ff", "é" * 999, "../../x", "%", "NaN"),
    *("!!python/object:os.system", "&a [*a]", "2026-11-24", "yes", "\u202e", "'", '"'),
)


def mangled(data: bytes, draw: random.Random) -> bytes:
    """The bytes with some changed, cut, repeated or taken from elsewhere in them."""
    whole = bytearray(data)
    for _ in range(draw.randint(1, 8)):
        if not whole:
            break
        at, n = draw.randrange(len(whole)), draw.randint(1, 64)
        kind = draw.randrange(6)
        if kind == 0:
            whole[at] = draw.randrange(256)
        elif kind == 1:
            del whole[at : at + n]
        elif kind == 2:
            whole[at:at] = draw.randbytes(n)
        elif kind == 3:
            whole[at:at] = whole[at : at + n] * 3
        elif kind == 4:
            del whole[at:]
        else:
            whole[at : at + 4] = draw.choice((b"\xff" * 4, b"\x00" * 4, b"\x7f\xff\xff\xff"))
    return bytes(whole)


def mangled_text(text: str, draw: random.Random) -> bytes:
    """A text with a line or a value changed, moved or taken out, or its bytes mangled."""
    if draw.random() < 0.3:
        return mangled(text.encode(), draw)
    lines = text.splitlines()
    for _ in range(draw.randint(1, 3)):
        at = draw.randrange(len(lines))
        kind = draw.randrange(5)
        if kind == 0:
            lines.insert(at, lines[draw.randrange(len(lines))])
        elif kind == 1 and len(lines) > 1:
            del lines[at]
        elif kind == 2:
            lines[at] = lines[at].split(":")[0] + ": " + draw.choice(ODD)
        elif kind == 3:
            lines[at] = " " * draw.randint(0, 9) + lines[at]
        else:
            lines[at] = draw.choice(ODD)
    return "\n".join(lines).encode("utf-8", "surrogatepass")


class Inputs:
    """Whole inputs to start from, and what the program does with each kind."""

    def __init__(self, folder: Path) -> None:
        """Makes the inputs once."""
        self.folder = folder
        sounds = [path.read_bytes()[:200_000] for path in GOLDEN.rglob("*.flac")][:3]
        clips = sorted((LIBRARY_DIR.parent.parent / "clips" / "media").glob("*.mp3"))[:2]
        self.sounds = [*sounds, *(path.read_bytes() for path in clips), wav(voice_like(3.0))]
        shipped = sorted(LIBRARY_DIR.glob("*.yaml"))[:12]
        self.scenarios = [(path.name, path.read_text()) for path in shipped]
        self.library = load_library()
        self.store = Store(folder / "data")
        self.here = Here(self.library, {}, ())
        self.set = self._a_set()
        self.batch = [
            json.dumps({"id": str(n), "scenario": name, "text": one.examples[0].text})
            for n, (name, one) in enumerate(list(self.library.items())[:5])
        ]

    def _a_set(self) -> dict[str, bytes]:
        own = a_scenario().model_copy(update={"id": "fuzzed"})
        chosen = ScenarioSet.model_validate(
            next(iter(load_sets(self.library).values())).model_dump()
            | {"id": "fuzzed-set", "scenarios": ["fuzzed"]}
        )
        return {
            "sets/fuzzed-set.yaml": _yaml(chosen.model_dump(mode="json")),
            "scenarios/fuzzed.yaml": _yaml(own.model_dump(mode="json")),
            f"clips/{own.clip.id}.mp3": self.sounds[3],
        }

    def recording(self, draw: random.Random) -> None:
        """One mutated recording is transcribed or refused."""
        transcribe(mangled(draw.choice(self.sounds), draw), Engine())

    def scenario(self, draw: random.Random) -> None:
        """One mutated scenario file is loaded or refused."""
        name, text = draw.choice(self.scenarios)  # a file is named by its id, or it is refused
        file = self.folder / "scenarios" / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(mangled_text(text, draw))
        try:
            load_library(file.parent)
        finally:
            file.unlink()

    def imported(self, draw: random.Random) -> None:
        """One mutated set is brought in whole, or refused and nothing of it kept."""
        held = dict(self.set)
        name = draw.choice(list(held))
        whole = draw.random() < 0.4
        if not whole:
            held[name] = (
                mangled(held[name], draw)
                if name.endswith("mp3")
                else mangled_text(held[name].decode(), draw)
            )
            if draw.random() < 0.2:
                held[draw.choice(("../x.yaml", "clips/x.exe", "sets/", "sets/b.yaml"))] = b"x"
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as out:
            for each, content in held.items():
                out.writestr(each, content)
        data = mangled(file.getvalue(), draw) if whole else file.getvalue()
        tables = ("bank_scenarios", "bank_clips", "bank_sets")
        try:
            exchange.read(self.store, ALONE, data, self.here, AT)
        except SetError:
            kept = [self.store.rows(f"SELECT count(*) AS n FROM {one}")[0]["n"] for one in tables]
            assert kept == [0, 0, 0], "something was kept of a set that was refused"
            assert not list((self.store.folder / "bank").glob("*")), "a sound was left behind"
            raise
        with self.store.change() as db:  # it was taken: make room for the next
            for one in ("bank_log", "bank_versions", *tables):
                db.execute(f"DELETE FROM {one}")
        for path in (self.store.folder / "bank").glob("*"):
            path.unlink()

    def line(self, draw: random.Random) -> None:
        """One mutated batch is read or refused."""
        file = self.folder / "batch.jsonl"
        file.write_bytes(mangled_text("\n".join(self.batch), draw))
        for one in replies.read_batch(file):
            replies._pick(self.library, one.scenario)


def _yaml(body: object) -> bytes:
    return yaml.safe_dump(body, sort_keys=False, allow_unicode=True).encode()


REFUSALS = (RecordingError, ScenarioError, SetError, MediaError, replies.InputError)
KINDS: dict[str, Callable[[Inputs, random.Random], None]] = {
    "recordings": Inputs.recording,
    "scenario files": Inputs.scenario,
    "sets": Inputs.imported,
    "batch lines": Inputs.line,
}


def run(n: int, seed: int, folder: Path) -> dict[str, Counter[str]]:
    """Feeds ``n`` inputs of each kind; returns by kind how many were taken and how many refused."""
    inputs = Inputs(folder)
    found = {kind: Counter[str]() for kind in KINDS}
    for kind, feed in KINDS.items():
        for number in range(n):
            draw = random.Random(f"{seed}/{kind}/{number}")
            try:
                feed(inputs, draw)
                found[kind]["taken"] += 1
            except REFUSALS as exc:
                said = str(exc)
                assert said.strip() and "Traceback" not in said, (kind, number, said)
                found[kind]["refused"] += 1
            except Exception as exc:
                raise AssertionError(f"{kind} {number} of seed {seed}: {exc!r}") from exc
    return found


def main() -> None:
    """Runs the fuzzing, and prints one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=2000, help="inputs in all")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        found = run(-(-asked.n // len(KINDS)), asked.seed, Path(folder))
    seconds = round(time.monotonic() - began, 1)
    print(json.dumps({"seed": asked.seed, "seconds": seconds, **found}))  # noqa: T201


if __name__ == "__main__":
    main()
