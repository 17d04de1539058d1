"""Words as they are compared: for captions, and for what an engine heard in a clip."""

import re

FILLERS = {"um", "uh", "er", "erm", "mm", "hmm"}  # Whisper often does not write them
SAME_SOUND = {"dunno": "don't know", "gonna": "going to", "wanna": "want to"}  # written two ways


def words(text: str) -> list[str]:
    """The words of a line: lower case, apostrophes kept, other marks dropped."""
    text = text.lower().replace("\u2019", "'").replace("\u2018", "'")
    return [word for raw in re.findall(r"[\w']+", text) if (word := raw.strip("'"))]


def word_error_rate(reference: str, heard: str) -> float:
    """Words substituted, dropped or added, as a share of the reference's words.

    Fillers such as "um" are left out on both sides, and "dunno" is "don't know". With no words in
    the reference it is 0.0 for silence and 1.0 for anything heard.
    """
    expected, got = _as_heard(reference), _as_heard(heard)
    if not expected:
        return float(len(got) > 0)
    row = list(range(len(got) + 1))  # Levenshtein distance, a row of the table at a time
    for i, word in enumerate(expected, start=1):
        diagonal, row[0] = row[0], i
        for j, other in enumerate(got, start=1):
            change = diagonal + (word != other)
            diagonal, row[j] = row[j], min(change, row[j] + 1, row[j - 1] + 1)
    return row[-1] / len(expected)


def _as_heard(text: str) -> list[str]:
    spelt = " ".join(SAME_SOUND.get(word, word) for word in words(text))
    return [word for word in spelt.split() if word not in FILLERS]
