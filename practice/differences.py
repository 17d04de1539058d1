"""What differs between two texts, word by word."""

from difflib import SequenceMatcher
from typing import Literal

Kind = Literal["same", "gone", "new"]


def between(before: str, after: str) -> list[tuple[Kind, str]]:
    """Returns the two texts as one: stretches that are the same, gone from it, or new in it.

    What is gone comes before what is new in its place.
    """
    old, new = before.split(), after.split()
    found: list[tuple[Kind, str]] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(("same", " ".join(old[a:b])))
            continue
        if b > a:
            found.append(("gone", " ".join(old[a:b])))
        if d > c:
            found.append(("new", " ".join(new[c:d])))
    return found
