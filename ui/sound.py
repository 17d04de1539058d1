"""A reply's recording, to be heard by those who may."""

from urllib.parse import urlsplit

import streamlit as st

from practice.attempts import Attempt
from practice.store import Store
from ui import visitor


def play(store: Store, attempt: Attempt, start_s: float = 0.0, *, begin: bool = False) -> None:
    """Shows a player, if the recording is still there.

    With accounts it is fetched from an address that asks who is listening every time; Streamlit's
    own would answer anybody here who knows it.

    Args:
        store: the data folder.
        attempt: whose recording.
        start_s: where in it to start.
        begin: whether to start by itself.
    """
    if attempt.recording is None or not store.recording_path(attempt.recording).exists():
        return
    source = str(store.recording_path(attempt.recording))
    if visitor.accounts_on():
        source = _address(f"/account/sound/{attempt.id}")
    st.audio(source, start_time=int(start_s), autoplay=begin)


def play_from(path: str) -> None:
    """Shows a player of a recording at one of this server's own addresses."""
    st.audio(_address(path))


def _address(path: str) -> str:
    page = urlsplit(st.context.url or "")
    return f"{page.scheme}://{page.netloc}{path}"
