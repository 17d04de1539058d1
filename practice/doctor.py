"""What is installed, which weights will be used, what is missing, and checks of the content."""

import importlib.metadata
import importlib.util
import platform
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from clips import manifest
from practice import attempts
from practice.store import Store, StoreError, default_folder
from scenarios.load import LIBRARY_DIR, SETS_DIR, check, grid, load_library
from scoring.scorer import ScorerError, load_scorer
from speech import weights
from speech.engines import load_engine
from speech.transcribe import transcribe

LOW_DISK_BYTES = 500_000_000  # about 4 hours of replies at a browser's 32 kB/s


class Finding(BaseModel):
    """One thing looked at: what was found, whether it is well, and the remedy if it is not."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    ok: bool
    needed: bool  # whether practising is impossible without it
    found: str
    remedy: str | None = None


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
