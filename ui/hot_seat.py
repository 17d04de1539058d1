"""The hot seat: the clip plays, and the recording starts by itself the moment it ends.

The time to the first word, measured in every recording, is then the time the trainee took to
answer. The page's own player and recorder are used; this only presses their buttons.
"""

from typing import Any

import streamlit as st

from ui import state

# Inside the page, not in a frame: it must reach the player and the recorder.
PLAYER = '[data-testid="stAudio"]'
RECORD = '[data-testid="stAudioInput"] button[aria-label="Record"]'
HTML = '<button type="button" class="begin">Play, then record at once</button>'
CSS = """
.begin {font: inherit; padding: .5rem 1rem; border-radius: .7rem; border: 1px solid #2b6b66;
  background: #2b6b66; color: #fff; cursor: pointer; width: 100%;}
.begin:focus-visible {outline: 3px solid #a35f00; outline-offset: 2px;}
"""
SCRIPT = """
export default function({ parentElement }) {
  const begin = parentElement.querySelector('.begin');
  begin.onclick = () => {
    const player = document.querySelector('PLAYER');
    if (!player) { return; }
    const record = () => {
      const button = document.querySelector('RECORD');
      if (button) { button.click(); }
    };
    player.onended = () => { player.onended = null; record(); };
    player.currentTime = 0;
    player.play();
  };
}
""".replace("PLAYER", PLAYER).replace("RECORD", RECORD)


def offer() -> None:
    """Offers the hot seat above the recorder, and remembers the choice for the next client."""
    chosen = st.toggle(
        "Start recording by itself the moment the client stops",
        value=state.hot_seat(),
        key=state.widget_key("hot-seat"),
    )
    state.keep_hot_seat(chosen)
    if chosen:
        _component()(key=state.widget_key("hot-seat-button"))
        st.caption(
            "Stop the recording when you have finished. How soon you began is measured, not scored."
        )


@st.cache_resource(show_spinner=False)
def _component() -> Any:
    return st.components.v2.component("hot_seat", html=HTML, css=CSS, js=SCRIPT)
