"""A recording with its words: press a sentence to hear it; the one being said is marked.

A component of our own, because a player of Streamlit's is laid out anew by every press and falls
silent. It asks nobody but this server: the sound comes from the address that asks who is listening
every time. Words are only ever put in as text.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from practice.attempts import Attempt
from practice.store import Store
from speech.models import Transcript
from ui import server

JS = """
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".listening");
  const drawn = JSON.stringify([data.source, data.lines, data.commenting]);
  if (root.drawn === drawn) return;
  const make = (tag, name, text) => {
    const made = document.createElement(tag);
    made.className = name;
    if (text) made.textContent = text;
    return made;
  };
  const clock = (s) => Math.floor(s / 60) + ":" + String(Math.floor(s % 60)).padStart(2, "0");
  let audio = root.querySelector("audio");
  if (!audio || root.source !== data.source) {  // else it plays on while the words are renewed
    audio = make("audio", "");
    audio.controls = true;
    audio.preload = "metadata";
    audio.src = data.source;
    audio.setAttribute("aria-label", "The recording");
    root.source = data.source;
  }
  root.drawn = drawn;
  const trouble = make("p", "trouble", "");
  trouble.setAttribute("role", "status");
  const list = make("ol", "lines");
  const rows = data.lines.map((line) => {
    const item = make("li", "");
    const said = make("button", "said");
    said.type = "button";
    said.append(make("span", "at", clock(line.start_s)), make("span", "words", line.text));
    said.onclick = () => {
      audio.currentTime = line.start_s;
      audio.play().catch(() => {});
    };
    item.append(said);
    for (const note of line.notes) item.append(make("p", "note", note));
    list.append(item);
    return said;
  });
  let here = null;
  const mark = () => {
    const t = audio.currentTime + 0.05;
    const begun = audio.currentTime > 0 || !audio.paused;
    const now = begun ? data.lines.findLastIndex((line) => line.start_s <= t) : -1;
    rows.forEach((said, i) => {
      said.classList.toggle("now", i === now);
      if (i === now) said.setAttribute("aria-current", "true");
      else said.removeAttribute("aria-current");
    });
    if (here) here.textContent = "Comment on this moment (" + clock(audio.currentTime) + ")";
  };
  const foot = make("div", "foot");
  if (data.commenting) {
    here = make("button", "press");
    here.type = "button";
    here.onclick = () => {
      audio.pause();
      setTriggerValue("comment", { at_s: audio.currentTime });
    };
    const whole = make("button", "press", "Comment on the whole reply");
    whole.type = "button";
    whole.onclick = () => setTriggerValue("comment", { at_s: null });
    foot.append(here, whole);
  }
  audio.ontimeupdate = audio.onseeked = audio.onplay = mark;
  audio.onerror = () => {
    trouble.textContent = "This recording cannot be heard now; it may have been deleted.";
  };
  for (const old of [...root.children]) if (old !== audio) old.remove();
  if (audio.parentElement !== root) root.prepend(audio);  // moving it would stop it
  root.append(trouble, list, foot);
  mark();
}
"""
CSS = """
.listening {
  font-family: var(--st-font, sans-serif); color: #26323a; font-size: 1rem; line-height: 1.55;
}
audio {width: 100%; display: block;}
.trouble {margin: .3rem 0; color: #5d6a70;} .trouble:empty {display: none;}
.lines {list-style: none; margin: .6rem 0 0; padding: 0;}
.said {
  display: flex; gap: .7rem; width: 100%; text-align: left; font: inherit; color: inherit;
  cursor: pointer; background: none; border: 0; border-left: 3px solid transparent;
  border-radius: 0 6px 6px 0; padding: .35rem .5rem .35rem .6rem; min-height: 2.2rem;
  overflow-wrap: anywhere;
}
.said:hover {background: #f2efe8;}
.said.now {background: #dff0f5; border-left-color: #2b6b66;}
.at {color: #5d6a70; font-variant-numeric: tabular-nums; flex: none;}
.note {
  margin: 0 0 .4rem 3.4rem; padding: .3rem .7rem; background: #f6ebe4; border-radius: 8px;
  font-size: .95rem; overflow-wrap: anywhere;
}
.foot {display: flex; flex-wrap: wrap; gap: .6rem; margin-top: .6rem;}
.foot:empty {display: none;}
.press {
  font: inherit; color: inherit; background: #fff; border: 1px solid #ddd8cd; cursor: pointer;
  border-radius: .7rem; padding: .4rem .9rem; min-height: 2.75rem;
}
.press:hover {border-color: #2b6b66; color: #2b6b66;}
button:focus-visible, audio:focus-visible {
  outline: 3px solid #a35f00; outline-offset: 2px; border-radius: 6px;
}
"""
_player = st.components.v2.component(
    "between_listening", html='<div class="listening"></div>', css=CSS, js=JS
)


@dataclass(frozen=True)
class Note:
    """What somebody said about a moment."""

    moment_s: float
    said: str


@dataclass(frozen=True)
class Pressed:
    """That a comment is wanted: on a moment, or with ``None`` on the whole reply."""

    moment_s: float | None


def sentences(transcript: Transcript) -> list[tuple[float, str]]:
    """Returns what was said, sentence by sentence, each with the time it begins."""
    found: list[tuple[float, str]] = []
    held: list[str] = []
    start_s = 0.0
    for word in transcript.words:
        if not held:
            start_s = word.start_s
        held.append(word.word.strip())
        if held[-1].endswith((".", "?", "!", "…")):
            found.append((start_s, " ".join(held)))
            held = []
    if held:
        found.append((start_s, " ".join(held)))
    return found


def beside(
    said: Sequence[tuple[float, str]], notes: Sequence[Note]
) -> list[tuple[float, str, list[str]]]:
    """Returns each sentence with what was said about a moment in it, in order."""
    rows: list[tuple[float, str, list[str]]] = [(start_s, text, []) for start_s, text in said]
    for note in sorted(notes, key=lambda one: one.moment_s):
        begun = [row for row in rows if row[0] <= note.moment_s]
        if rows:
            (begun or rows[:1])[-1][2].append(note.said)
    return rows


def can_play(store: Store, attempt: Attempt) -> bool:
    """Returns whether the recording is still there."""
    return store.has_recording(attempt.recording)


def show(
    attempt: Attempt,
    transcript: Transcript,
    notes: Sequence[Note] = (),
    *,
    commenting: bool = False,
) -> Pressed | None:
    """Shows the player with its words; only where people sign in, which is where its address is.

    Args:
        attempt: whose recording.
        transcript: its words, with their times.
        notes: what was said about moments of it, shown beside the sentence.
        commenting: whether to offer commenting.

    Returns:
        what was pressed to be commented on just now, or ``None``.
    """
    rows = beside(sentences(transcript), notes)
    pressed = _player(
        key=f"listen-{attempt.id}",
        data={
            "source": server.at(f"/account/sound/{attempt.id}"),
            "lines": [
                {"start_s": start_s, "text": text, "notes": about} for start_s, text, about in rows
            ],
            "commenting": commenting,
        },
        on_comment_change=lambda: None,
    ).comment
    if pressed is None:
        return None
    at_s = pressed["at_s"]
    on_moment = isinstance(at_s, int | float) and math.isfinite(at_s)
    return Pressed(min(max(0.0, at_s), transcript.duration_s) if on_moment else None)
