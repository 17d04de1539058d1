"""A few mutated inputs of every kind; ``python -m tests.fuzz`` tries 2,000."""

import logging
from pathlib import Path

import pytest

from tests import fuzz


@pytest.mark.parametrize("seed", [1])
def test_mutated_input_is_taken_or_refused_in_words(tmp_path: Path, seed: int) -> None:
    logging.getLogger("libav").setLevel(logging.CRITICAL)  # it tells of every bad byte
    found = fuzz.run(12, seed, tmp_path)
    for kind, counts in found.items():
        assert counts.total() == 12
        assert counts["refused"] > 0, f"no mutation of {kind} was bad: the harness is too kind"
