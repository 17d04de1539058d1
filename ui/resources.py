"""What every screen shares, made once for the process: the store, the worker, library and clips."""

import os

import streamlit as st

from clips import manifest
from clips.manifest import ClipMedia, ManifestError
from practice import attempts
from practice.store import Store, StoreError
from practice.worker import Worker, now
from scenarios.load import ScenarioError, load_library, load_sets
from scenarios.models import Scenario, ScenarioSet
from scoring.scorer import load_scorer
from speech.engines import load_engine


@st.cache_resource(show_spinner=False)
def store() -> Store:
    """Returns the data folder, open."""
    opened = Store()
    attempts.add_person(opened, attempts.LOCAL_PERSON, "You", now())
    return opened


@st.cache_resource(show_spinner=False)
def worker() -> Worker:
    """Returns the background worker, warm, with whatever a crash left already in its queue."""
    name = os.environ.get("BETWEEN_ENGINE", "faster-whisper")
    model = os.environ.get("BETWEEN_MODEL", "base")
    made = Worker(store(), lambda: load_engine(name, model), load_scorer)
    made.warm()
    made.recover()
    return made


@st.cache_resource(show_spinner=False)
def library() -> dict[str, Scenario]:
    """Returns every scenario that has a clip to be heard, by id."""
    heard = clips()
    return {name: one for name, one in load_library().items() if one.clip.id in heard}


@st.cache_resource(show_spinner=False)
def sets() -> dict[str, ScenarioSet]:
    """Returns the ready-made sets, by id."""
    return load_sets(load_library())


@st.cache_resource(show_spinner=False)
def clips() -> dict[str, ClipMedia]:
    """Returns every shipped clip, by id."""
    return manifest.load_manifest()


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
