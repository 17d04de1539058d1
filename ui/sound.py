"""A reply's recording, to be heard by those who may."""

from urllib.parse import urlsplit

import streamlit as st

from practice.attempts import Attempt
from practice.sounds import media_type
from practice.store import Store
from practice.vault import DamagedRecording, VaultError
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
    if attempt.recording is None or not store.has_recording(attempt.recording):
        return
    try:
        sound = store.recording(attempt.recording)
    except FileNotFoundError:  # its time was over just now
        return
    except VaultError as exc:
        st.caption(f"This recording cannot be heard now. {plainly(exc)}")
        return
    kind = media_type(sound)
    if visitor.accounts_on():
        source = _address(f"/account/sound/{attempt.id}")
        st.audio(source, kind, start_time=int(start_s), autoplay=begin)
    else:
        st.audio(sound, kind, start_time=int(start_s), autoplay=begin)


def play_from(path: str) -> None:
    """Shows a player of a recording at one of this server's own paths."""
    st.audio(_address(path))


def _address(path: str) -> str:
    page = urlsplit(st.context.url or "")
    return f"{page.scheme}://{page.netloc}{server.at(path)}"


def plainly(trouble: VaultError | str) -> str:
    """Returns what is wrong with locked recordings, with the key's name for who can mend it."""
    if isinstance(trouble, DamagedRecording) or visitor.may_author():
        return str(trouble)
    return (
        "The key that recordings are locked with is missing on this server. None of yours is lost;"
        " please tell whoever looks after it."
    )
