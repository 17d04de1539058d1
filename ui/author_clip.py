"""The client's line: recorded here or chosen as a file, heard by Whisper, put right by a person."""

from copy import deepcopy
from typing import Any

import streamlit as st

from practice import access, bank, media
from practice.bank import Entry
from practice.media import MediaError
from practice.store import StoreError
from practice.worker import now
from speech.engines import EngineError
from speech.weights import WeightsError
from ui import resources, state, visitor
from ui.author_fields import key, stored, text
from ui.style import plain

WAYS = ("Record it", "Choose a file")


def agreed(entry: Entry) -> bool:
    """Asks whose voice it is, once for all the client's lines; returns whether it may be used."""
    return st.checkbox(
        "The voice is mine, or that of somebody who agreed to be heard here. It is not a recording"
        " of a real session.",
        key=f"{state.AUTHOR}{entry.id}-agreed",  # once for every form of this client
    )


def line(entry: Entry, field: str, may_record: bool) -> dict[str, str]:
    """Shows one line of the client's: its sound, its words, how it is said.

    Args:
        entry: the scenario.
        field: where the line is in the draft, such as "clip" or "follow_ups.0.clip".
        may_record: whether a new recording may be given; one is kept as soon as it is there.

    Returns:
        the line as the draft has it: clip id, words and tone.
    """
    clip_id = stored(entry, field)["id"]
    path = resources.sound(clip_id) if clip_id else None
    if path is not None:
        st.audio(str(path), format="audio/mpeg")
    if may_record:
        _record(entry, field)
    else:
        st.caption("To record the line or choose a file of it, tick the box about the voice.")
    words = text(entry, f"{field}.transcript", st, "Put right what Whisper misheard", long=True)
    tone = text(entry, f"{field}.tone", st, "tired, not hostile")
    taken = media.find(resources.store(), clip_id)
    if taken is not None and words:
        with st.expander("Captions with their times"):
            st.code(taken.captions(words), language=None, wrap_lines=True)
    return {"id": clip_id, "transcript": words, "tone": tone}


def _record(entry: Entry, field: str) -> None:
    way = st.segmented_control(
        "A new recording of the line", WAYS, default=WAYS[0], key=key(entry, f"{field}-way")
    )
    if way == WAYS[1]:
        given: Any = st.file_uploader(
            f"Sound or film, up to {media.LONGEST_LINE_S:.0f} seconds",
            type=list(media.UPLOADS),
            key=state.widget_key(f"{field}-file"),
        )
        made = "Uploaded in the app"
    else:
        given = st.audio_input(
            "Say the line as the client would",
            sample_rate=16000,
            key=state.widget_key(f"{field}-microphone"),
        )
        made = "Recorded in the app"
    if given is not None:
        _keep(entry, field, given.getvalue(), made)


def _keep(entry: Entry, field: str, data: bytes, made: str) -> None:
    store = resources.store()
    try:
        access.check_author(store, visitor.current(), now())
        with st.spinner("Listening to the line, and setting its level…"):
            taken = media.take(store, data, resources.worker().hear, made)
            with store.change() as db:
                media.keep(db, taken, state.person(), now())
    except (MediaError, EngineError, WeightsError, StoreError) as exc:
        st.error(plain(str(exc)))
        return
    draft: dict[str, Any] = deepcopy(entry.draft)
    clip: Any = draft
    for part in field.split("."):
        clip = clip[int(part)] if part.isdigit() else clip[part]
    clip.update(id=taken.clip.id, transcript=taken.text)
    bank.save(store, visitor.current(), entry.id, draft, now())
    st.session_state[key(entry, f"{field}.transcript")] = taken.text
    state.renew()
    st.rerun()
