"""Reflections are the writer's own: kept, read back, and deleted by nobody else."""

from datetime import datetime, timedelta
from pathlib import Path

from practice import attempts, reflections
from practice.reflections import Reflection
from practice.store import Store


def test_a_reflection_is_its_writers_alone(tmp_path: Path, at: datetime) -> None:
    store = Store(tmp_path)
    for person in ("me", "other"):
        attempts.add_person(store, person, person, at)
    thought = Reflection(caught=("must_be_done",), note="I sighed.")
    reflections.keep(store, "me", thought, at)
    reflections.keep(store, "me", Reflection(note="Later."), at + timedelta(days=1))
    mine = reflections.of_person(store, "me")
    assert [one.reflection.note for one in mine] == ["Later.", "I sighed."]
    assert reflections.of_person(store, "other") == []
    reflections.forget(store, "other", mine[0].id)
    assert len(reflections.of_person(store, "me")) == 2
    reflections.forget(store, "me", mine[0].id)
    assert [one.reflection for one in reflections.of_person(store, "me")] == [thought]
