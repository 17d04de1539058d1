"""The fields of the form in which a client is written: their names, keys and widgets."""

import re
from collections.abc import Mapping
from typing import Any

import streamlit as st

from practice.bank import Entry
from scenarios.models import LINE_CHARS, PROSE_CHARS
from ui import state

LABELS = {
    "title": "Title",
    "family": "Parallel forms",
    "client.name": "First name",
    "client.age": "Age",
    "client.pronouns": "Pronouns",
    "client.presenting_problem": "What brings them",
    "goal": "What they want",
    "takeaway": "What they found in session",
    "activity": "What to do between sessions",
    "context": "Where we are",
    "clip.transcript": "What the client says",
    "clip.tone": "How it is said",
    "learning_goal": "What to practise here",
    "expects": "What a good reply does",
    "focus": "What counts most",
}


def key(entry: Entry, field: str) -> str:
    """Returns the key of a field's widget."""
    return f"{state.AUTHOR}{state.form()}-{entry.id}-{field}"


def stored(entry: Entry, field: str) -> Any:
    """Returns what the draft has in a field, such as "follow_ups.0.clip"."""
    value: Any = entry.draft
    for part in field.split("."):
        value = value[int(part)] if part.isdigit() else value[part]
    return value


def text(entry: Entry, field: str, where: Any, hint: str = "", long: bool = False) -> str:
    """Shows a field of words, such as "clip.tone", and returns what is in it."""
    draw = where.text_area if long else where.text_input
    name = key(entry, field)
    if name not in st.session_state:  # given here, not as a default: Whisper's text may come later
        st.session_state[name] = stored(entry, field)
    label = LABELS[".".join(field.split(".")[-2:])]
    most = limit(st.session_state[name], PROSE_CHARS if long else LINE_CHARS)
    written: str = draw(label, key=name, placeholder=hint, max_chars=most)
    return written.strip()


def limit(kept: str, most: int) -> int:
    """Returns how long a text may be: as the rules say, or as long as what is there already."""
    return max(most, len(kept))


def many(entry: Entry, field: str, label: str, names: Mapping[str, str]) -> list[str]:
    """Shows a field of several choices, and returns those made."""
    return st.multiselect(
        label,
        list(names),
        default=stored(entry, field),
        format_func=lambda name: names[name],
        key=key(entry, field),
    )


def in_words(sentence: str) -> str:
    """Returns a sentence about a field with the field named as the form names it."""
    named = re.match(r'field "([^"]+)"', sentence)
    if named is None:
        return sentence
    field = named[1]
    example = re.fullmatch(r"examples\.(\d)\.(text|why)", field)
    if example is not None:
        label = f"Example {example[1]}: {'what is said' if example[2] == 'text' else 'why'}"
    elif field.startswith("follow_ups.") and field.endswith(("clip.transcript", "clip.tone")):
        label = (
            f"Next line {field.split('.')[1]}: {LABELS['.'.join(field.split('.')[-2:])].lower()}"
        )
    else:
        label = LABELS.get(field, field.replace(".", ", ").replace("_", " "))
    return f"“{label}”{sentence[named.end() :]}"
