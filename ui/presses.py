"""A press counts although the page moves under it.

While Streamlit draws a page anew, what was there before stays for a moment and then goes, so that
all below it jumps. A press that begins just then ends beside its button, and the browser makes no
click of it: nothing is sent. Here such a press is made good, where the pointer itself stood still.
"""

import streamlit as st

SCRIPT = """
<script>
(() => {
  if (window.betweenPresses) return;
  window.betweenPresses = true;
  let begun = null;
  addEventListener("mousedown", (event) => {
    const pressed = event.composedPath()[0].closest?.("button, label, summary");
    begun = event.button === 0 && pressed ? { pressed, x: event.clientX, y: event.clientY } : null;
  }, true);
  addEventListener("mouseup", (event) => {
    const last = begun;
    begun = null;
    if (!last || event.composedPath().includes(last.pressed)) return;
    const still = Math.hypot(event.clientX - last.x, event.clientY - last.y) < 4;
    if (still && last.pressed.isConnected && !last.pressed.disabled) last.pressed.click();
  }, true);
})();
</script>
"""


def keep() -> None:
    """Watches over the presses on the page; doing it at every run costs nothing more."""
    with st.container(key="presses"):
        st.html(SCRIPT, unsafe_allow_javascript=True)
