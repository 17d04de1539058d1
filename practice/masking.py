"""Names of the people of a place, out of the words that somebody said.

It takes out what it knows: names, addresses of mail and long numbers. What else words can tell
(a town, a workplace, a story), it cannot know.
"""

import re
import unicodedata
from collections.abc import Iterable

NAME, MAIL, NUMBER = "[name]", "[mail]", "[number]"
# English names that are words too: taken out only where they are written as a name.
_LIST = """
    art bill bob dawn dean drew faith frank gene grace guy hope jack joy june mark may max miles
    pat penny pearl ray rich rob rose ruby sandy sky sue summer victor will young green brown
    black white long short page price hall hill wood stone day king
"""
ALSO_WORDS = frozenset(_LIST.split())
SHORTEST = 3  # shorter parts of a name only where they are written as a name
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NUMBER = re.compile(r"(?<!\w)\+?\d(?:[\s().-]?\d){5,}(?!\w)")


def plain(text: str) -> str:
    """Returns a text without accents, as many characters long."""
    return "".join(unicodedata.normalize("NFD", one)[0] for one in text)


class Mask:
    """Takes the names of some people out of texts."""

    def __init__(self, names: Iterable[str]) -> None:
        """Takes names as they are written, whole; each part of one is a name too."""
        anyhow: set[str] = set()
        as_written: set[str] = set()
        for name in names:
            whole = plain(unicodedata.normalize("NFC", name)).strip()
            parts = [
                one for one in re.split(r"[^\w]+", whole) if len(one) > 1 and not one.isdigit()
            ]
            if len(parts) > 1:
                anyhow.add(whole)
            for part in parts:
                weak = len(part) < SHORTEST or part.casefold() in ALSO_WORDS
                (as_written if weak else anyhow).add(part)
        self._anyhow = _either(anyhow, re.IGNORECASE)
        self._as_written = _either(
            {form for one in as_written for form in (one.capitalize(), one.upper())}, 0
        )

    def __call__(self, text: str) -> str:
        """Returns the text with what is known taken out."""
        text = unicodedata.normalize("NFC", text)
        text = _NUMBER.sub(NUMBER, _MAIL.sub(MAIL, text))
        for pattern in (self._anyhow, self._as_written):
            if pattern is not None:
                for found in reversed(list(pattern.finditer(plain(text)))):
                    text = text[: found.start()] + NAME + text[found.end() :]
        return text


def _either(words: set[str], flags: int) -> re.Pattern[str] | None:
    longest_first = sorted(words, key=len, reverse=True)
    if not longest_first:
        return None
    either = "|".join(r"\s+".join(map(re.escape, one.split())) for one in longest_first)
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)", flags)
