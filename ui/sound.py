"""A reply's recording, to be heard by those who may."""

from urllib.parse import urlsplit

import streamlit as st

from practice.attempts import Attempt
from practice.store import Store
from ui import server, visitor


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
        page = urlsplit(st.context.url or "")
        source = f"{page.scheme}://{page.netloc}{server.at('/account/sound/')}{attempt.id}"
    st.audio(source, start_time=int(start_s), autoplay=begin)
