"""Labels carried from a reply as it was written to the same reply as a recogniser heard it."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from scoring.labelled import LabelledSegment
from scoring.segment import segment

# A heard segment takes the labels of a written one if this share of either's words is common to
# both: the written one lies in it, or it lies in the written one.
COMMON_SHARE = 0.5


def carry(written: Sequence[LabelledSegment], heard: str) -> tuple[LabelledSegment, ...]:
    """Returns a heard reply cut into segments, each with the labels of what it is made of.

    Args:
        written: the labelled segments of the reply as it was written.
        heard: the recogniser's text of it, misheard words and all.
    """
    said = [(word, number) for number, one in enumerate(written) for word in _words(one.text)]
    pieces = segment(heard)
    got = [(word, number) for number, one in enumerate(pieces) for word in _words(one.text)]
    matcher = SequenceMatcher(None, [w for w, _ in said], [w for w, _ in got], autojunk=False)
    common: dict[tuple[int, int], int] = {}
    for a, b, size in matcher.get_matching_blocks():
        for k in range(size):
            pair = (got[b + k][1], said[a + k][1])
            common[pair] = common.get(pair, 0) + 1
    made = []
    for number, piece in enumerate(pieces):
        n_here = len(_words(piece.text))
        labels = {
            label: None
            for other, one in enumerate(written)
            for label in one.labels
            if (n := common.get((number, other), 0))
            and n >= COMMON_SHARE * min(n_here, len(_words(one.text)))
        }
        made.append(LabelledSegment(text=piece.text, labels=tuple(labels)))
    return tuple(made)


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9']+", text.lower().replace("’", "'"))
