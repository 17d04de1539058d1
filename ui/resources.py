"""What every screen shares, made once for the process: the store, the worker, library and clips."""

from pathlib import Path

import streamlit as st

from clips import manifest
from clips.manifest import ClipMedia, ManifestError
from practice import attempts, bank, drafts, media, queued
from practice.queued import QueuedWorker
from practice.store import Store, StoreError
from practice.worker import Worker, now
from scenarios.load import ScenarioError, load_library, load_sets
from scenarios.models import Scenario, ScenarioSet
from ui import state, visitor


@st.cache_resource(show_spinner=False)
def store() -> Store:
    """Returns the data folder, open."""
    opened = Store()
    attempts.add_person(opened, attempts.LOCAL_PERSON, "You", now())
    return opened


@st.cache_resource(show_spinner=False)
def key_trouble() -> tuple[str | None]:
    """Returns what was wrong with the recordings' keys as the process started, in one sentence."""
    return (store().key_trouble(),)


@st.cache_resource(show_spinner=False)
def worker() -> Worker | QueuedWorker:
    """Returns the background worker, warm, with whatever a crash left already in its queue."""
    made = queued.make(store())
    made.warm()
    made.recover()
    return made


@st.cache_resource(show_spinner=False)
def shipped() -> dict[str, Scenario]:
    """Returns every shipped scenario that has a clip to be heard, by id."""
    heard = clips()
    return {name: one for name, one in load_library().items() if one.clip.id in heard}


def library() -> dict[str, Scenario]:
    """Returns every scenario that can be practised, shipped or published here, by id."""
    return _library(bank.revision(store()))


@st.cache_resource(show_spinner=False, max_entries=2)
def _library(revision: int) -> dict[str, Scenario]:  # noqa: ARG001  it is the key of the cache
    return shipped() | bank.published(store())


def tried_out(scenario: str) -> Scenario | None:
    """Returns the draft of that id, if the address says it is being tried out and it is whole."""
    entry = bank.find(store(), scenario) if state.trying_out() and visitor.may_author() else None
    return None if entry is None else drafts.scenario_of(entry.id, entry.draft)


def sets() -> dict[str, ScenarioSet]:
    """Returns the sets, ready-made or of this place, by id."""
    return shipped_sets() | bank.sets(store())


@st.cache_resource(show_spinner=False)
def shipped_sets() -> dict[str, ScenarioSet]:
    """Returns the ready-made sets, by id."""
    return load_sets(load_library())


@st.cache_resource(show_spinner=False)
def clips() -> dict[str, ClipMedia]:
    """Returns every shipped clip, by id."""
    return manifest.load_manifest()


def lines() -> dict[str, str]:
    """Returns the line said in each shipped clip, by clip id."""
    return {name: clip.transcript for name, clip in clips().items()}


def clip(clip_id: str) -> ClipMedia | None:
    """Returns a clip, shipped or made here, or ``None`` if there is none of that id."""
    if clip_id in clips():
        return clips()[clip_id]
    taken = media.find(store(), clip_id)
    return None if taken is None else taken.clip


def sound(clip_id: str) -> Path | None:
    """Returns where a clip's sound lies, or ``None`` if it is missing."""
    if clip_id in clips():
        path = manifest.media_path(clips()[clip_id])
        return path if path.exists() else None
    return media.sound_path(store(), clip_id)


def ready() -> bool:
    """Opens everything; where that cannot be, says why in one sentence and returns ``False``."""
    try:
        store()
        library()
        sets()
        worker()
    except (StoreError, ScenarioError, ManifestError) as exc:
        st.title("Between Sessions cannot start yet")
        st.error(str(exc))
        return False
    return True
