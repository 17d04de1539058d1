"""What the doctor looks at: every clip that a scenario can play."""

import pytest

from practice import doctor
from tests.test_practice_two_turns import TWO_TURNS


def test_clips_of_second_turns_are_checked_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "load_library", lambda: {TWO_TURNS.id: TWO_TURNS})
    _, problems = doctor.check_clips(None, hear=False)
    for one in TWO_TURNS.follow_ups:
        assert any(f"'{one.clip.id}': a vignette uses it" in said for said in problems)
