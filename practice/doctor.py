"""What is installed, which weights will be used, what is missing, and checks of the content."""

import importlib.metadata
import importlib.util
import os
import platform
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from clips import manifest
from practice import accounts, attempts, health, institution, serving, well_kept
from practice.store import Store, StoreError, default_folder
from practice.well_kept import Finding
from scenarios.grid import grid
from scenarios.load import LIBRARY_DIR, SETS_DIR, check, load_library
from scoring.scorer import ScorerError, load_scorer
from speech import weights
from speech.engines import load_engine
from speech.transcribe import transcribe

LOW_DISK_BYTES = 500_000_000  # about 4 hours of replies at a browser's 32 kB/s


def examine() -> list[Finding]:
    """Returns everything `between doctor` tells, each thing looked at now."""
    return [
        _python(),
        _package("faster-whisper", needed=True),
        _package("openai-whisper", needed=False, extra="openai-whisper"),
        *_weights(),
        _scorer(),
        _library(),
        _clips(),
        *_data(),
        _accounts(),
        *_institution(),
    ]


def as_text(findings: Sequence[Finding]) -> str:
    """Returns the findings for a person, one a line, with the remedy under what is not well."""
    lines = []
    for finding in findings:
        mark = "ok      " if finding.ok else ("MISSING " if finding.needed else "not here")
        lines.append(f"{mark}  {finding.name}: {finding.found}")
        if finding.remedy:
            lines.append(f"{'':10}→ {finding.remedy}")
    return "\n".join(lines)


def _python() -> Finding:
    ok = sys.version_info >= (3, 11)
    return Finding(
        name="Python",
        ok=ok,
        needed=True,
        found=f"{platform.python_version()} on {platform.machine()}",
        remedy=None if ok else "Install Python 3.11 or newer.",
    )


def _package(name: str, *, needed: bool, extra: str | None = None) -> Finding:
    try:
        version = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        wanted = f'"between-sessions[{extra}]"' if extra else "between-sessions"
        return Finding(
            name=name,
            ok=False,
            needed=needed,
            found="not installed",
            remedy=f"pip install {wanted}" + ("" if needed else " (only if you want this engine)"),
        )
    return Finding(name=name, ok=True, needed=needed, found=version)


def _weights() -> list[Finding]:
    found = []
    for one in weights.available():
        found.append(
            Finding(
                name=f"Whisper {one.model} weights",
                ok=one.ok,
                needed=one.model == "base",
                found=one.found if one.ok else "not usable: " + one.found,
                remedy=one.remedy,
            )
        )
    return found


def _scorer() -> Finding:
    try:
        version = load_scorer().version
    except ScorerError as exc:
        return Finding(
            name="scorer", ok=False, needed=True, found=str(exc), remedy="Install it again."
        )
    return Finding(name="scorer", ok=True, needed=True, found=f"model {version}, files checked")


def _library() -> Finding:
    problems = check()
    if problems:
        return Finding(
            name="scenarios",
            ok=False,
            needed=True,
            found=problems[0] + (f" (and {len(problems) - 1} more)" if problems[1:] else ""),
            remedy="between scenarios check",
        )
    return Finding(name="scenarios", ok=True, needed=True, found=f"{len(load_library())} in order")


def _clips() -> Finding:
    problems = manifest.check(_lines())
    if problems:
        return Finding(
            name="clips",
            ok=False,
            needed=False,
            found=problems[0] + (f" (and {len(problems) - 1} more)" if problems[1:] else ""),
            remedy="between clips check",
        )
    return Finding(
        name="clips", ok=True, needed=False, found=f"{len(manifest.load_manifest())} unaltered"
    )


def _data() -> list[Finding]:
    folder = default_folder()
    try:
        store = Store(folder)
        left = len(attempts.unfinished(store))
    except StoreError as exc:
        return [Finding(name="data", ok=False, needed=True, found=str(exc), remedy="See above.")]
    damage = health.database_problems(store.path)
    if damage:
        return [
            Finding(
                name="data",
                ok=False,
                needed=True,
                found=f"the database {store.path} is damaged: {damage[0]}",
                remedy="Stop the program, then: between restore FILE --replace",
            )
        ]
    free = shutil.disk_usage(folder).free
    n = store.rows("SELECT count(*) AS n FROM attempts")[0]["n"]
    roomy = free > LOW_DISK_BYTES
    waiting = f", {left} waiting to be finished at the next start" if left else ""
    return [
        Finding(name="data", ok=True, needed=True, found=f"{folder}: {n} attempts{waiting}"),
        Finding(
            name="disk",
            ok=roomy,
            needed=False,
            found=f"{free / 1e9:.1f} GB free",
            remedy=None if roomy else "Free some space: recordings need about 2 MB a minute.",
        ),
        _writable(store),
        *well_kept.examine(store),
        *_stuck(store),
    ]


def _writable(store: Store) -> Finding:
    ok = os.access(store.folder, os.W_OK) and os.access(store.recordings, os.W_OK)
    return Finding(
        name="data folder",
        ok=ok,
        needed=True,
        found="can be written" if ok else f"{store.folder} cannot be written",
        remedy=None if ok else "Give this user the right to write there, or set BETWEEN_DATA.",
    )


def _stuck(store: Store) -> list[Finding]:
    return [
        Finding(
            name="waiting replies",
            ok=False,
            needed=False,
            found=why,
            remedy="Mend that, then open the attempt and press “Try once more”.",
        )
        for why in health.stuck(store)
    ]


def _accounts() -> Finding:
    try:
        anybody = accounts.any_accounts(Store(default_folder()))
    except StoreError as exc:
        return Finding(name="accounts", ok=False, needed=False, found=str(exc), remedy="See above.")
    setting = os.environ.get(serving.SETTING)
    mode = serving.mode(setting, serving.configured_address(), anybody)
    first = "between users add NAME --role instructor" if mode.accounts and not anybody else None
    on = "on: people sign in" if mode.accounts else "off: no sign-in"
    return Finding(
        name="accounts", ok=True, needed=False, found=f"{on}, as {mode.because}", remedy=first
    )


def _institution() -> list[Finding]:
    told = institution.described()
    name = "institution's sign-in"
    return [Finding(name=name, ok=told[0], needed=False, found=told[1])] if told else []


def _lines() -> dict[str, str]:
    return {clip.id: clip.transcript for one in load_library().values() for clip in one.clips}


def check_scenarios(folders: Sequence[Path]) -> tuple[str, list[str]]:
    """Returns what was checked, and every problem in scenario files and sets, a sentence each."""
    if folders:
        return f"{len(folders)} folder(s) of scenarios", check(folders, None)
    return "the shipped scenarios and sets", check((LIBRARY_DIR,), SETS_DIR)


def list_scenarios(as_grid: bool) -> str:
    """Returns the shipped scenarios for a person: a line each, or the grid."""
    library = load_library()
    if as_grid:
        return grid(library)
    return "\n".join(
        f"{one.id:28}{one.challenge:24}{one.difficulty:14}{one.client.name}: {one.title}"
        for one in library.values()
    )


def check_clips(folder: Path | None, hear: bool) -> tuple[str, list[str]]:
    """Returns what was checked, and every problem in the clips, a sentence each."""
    where = folder or manifest.MEDIA_DIR

    def heard(path: Path) -> str:
        return transcribe(path, load_engine()).text

    problems = manifest.check(_lines(), where, heard if hear else None)
    return f"the clips in {where}" + (", each heard by Whisper" if hear else ""), problems
