"""The client's line: recorded here or chosen as a file, heard by Whisper, put right by a person."""

from typing import Any

import streamlit as st

from practice import bank, media
from practice.bank import Entry
from practice.media import MediaError
from practice.store import StoreError
from practice.worker import now
from speech.engines import EngineError
from speech.weights import WeightsError
from ui import resources, state

WAYS = ("Record it", "Choose a file")


def take(entry: Entry, transcript_key: str) -> None:
    """Shows the ways to give the client a voice; a new recording is kept at once.

    Args:
        entry: the scenario.
        transcript_key: the widget of the line, which is filled with what was heard.
    """
    clip_id = entry.draft["clip"]["id"]
    path = resources.sound(clip_id) if clip_id else None
    if path is not None:
        st.audio(str(path), format="audio/mpeg")
    agreed = st.checkbox(
        "The voice is mine, or that of somebody who agreed to be heard here. It is not a recording"
        " of a real session.",
        key=f"{state.AUTHOR}{entry.id}-agreed",
    )
    if not agreed:
        st.caption("Tick this to record the line or to choose a file of it.")
        return
    way = st.segmented_control(
        "A new recording of the line", WAYS, default=WAYS[0], key=f"{state.AUTHOR}{entry.id}-way"
    )
    if way == WAYS[1]:
        given: Any = st.file_uploader(
            f"Sound or film, up to {media.LONGEST_LINE_S:.0f} seconds",
            type=list(media.UPLOADS),
            key=state.widget_key("line-file"),
        )
        made = "Uploaded in the app"
    else:
        given = st.audio_input(
            "Say the line as the client would", sample_rate=16000, key=state.widget_key("line")
        )
        made = "Recorded in the app"
    if given is not None:
        _keep(entry, given.getvalue(), made, transcript_key)


def _keep(entry: Entry, data: bytes, made: str, transcript_key: str) -> None:
    store = resources.store()
    try:
        with st.spinner("Listening to the line, and setting its level…"):
            taken = media.take(store, data, resources.worker().hear, made)
            with store.change() as db:
                media.keep(db, taken, state.person(), now())
    except (MediaError, EngineError, WeightsError, StoreError) as exc:
        st.error(str(exc))
        return
    clip = {**entry.draft["clip"], "id": taken.clip.id, "transcript": taken.text}
    bank.save(store, entry.id, {**entry.draft, "clip": clip}, now())
    st.session_state[transcript_key] = taken.text
    state.renew()
    st.rerun()


def captions(entry: Entry) -> None:
    """Shows the captions of a line recorded here, as they will be timed."""
    clip = entry.draft["clip"]
    taken = media.find(resources.store(), clip["id"])
    if taken is not None and clip["transcript"].strip():
        with st.expander("Captions with their times"):
            st.code(taken.captions(clip["transcript"]), language=None)
