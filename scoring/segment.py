"""A reply cut into segments: pieces in which a behaviour is looked for, and shown as evidence."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

# Lengths in words. The corpus, cut by hand, has segments of 13 words in the middle and 27 at the
# 95th percentile, so that is what the model has learned to read.
SHORT = 4  # a piece this short belongs to its neighbour, unless it stands as a sentence
LONG = 22  # longer pieces are cut again where a new thought begins
LONGEST = 30  # and in the end anywhere between two words

SENTENCE_END = re.compile(r"[.?!…]+[\"”’')]*(?=\s)|[.?!…]+(?=\s*$)")
# Words that often begin a new thought in speech without punctuation.
MARKER = re.compile(
    r"\s+(?=(?:and|so|but|because|cos|or|then|if|when|what|how|maybe|perhaps|I wonder|I'm wondering"
    r"|I guess|I think|does that|would you|could we|shall we|you know|you said|it sounds|let's"
    r"|which|that's|okay|right|well)\b)",
    re.IGNORECASE,
)
COMMA = re.compile(r"[,;:—–]\s+")


@dataclass(frozen=True)
class Segment:
    """A piece of the reply: ``reply[start:end] == text``, in characters."""

    text: str
    start: int
    end: int

    @property
    def n_words(self) -> int:
        """How many words it has."""
        return len(self.text.split())


def segment(reply: str, breaks: Sequence[int] = ()) -> tuple[Segment, ...]:
    """Returns the segments of a reply, in order, together covering every word of it.

    Args:
        reply: what was said; punctuation may be missing.
        breaks: character offsets at which a long pause ended a phrase; a cut is made there.
    """
    cuts = {match.end() for match in SENTENCE_END.finditer(reply)} | set(breaks)
    pieces = list(_between(reply, 0, len(reply), sorted(cuts)))
    pieces = [finer for piece in pieces for finer in _cut_long(reply, piece)]
    return tuple(_join_short(reply, pieces))


def _between(reply: str, start: int, end: int, cuts: Sequence[int]) -> Iterator[Segment]:
    edges = [start, *(cut for cut in cuts if start < cut < end), end]
    for a, b in pairwise(edges):
        bare = reply[a:b].strip()
        if re.search(r"\w", bare):
            at = reply.index(bare, a)
            yield Segment(bare, at, at + len(bare))


def _cut_long(reply: str, piece: Segment) -> Iterator[Segment]:
    if piece.n_words <= LONG:
        yield piece
        return
    cut = _best_cut(piece)
    if cut is None:
        yield piece
        return
    for half in _between(reply, piece.start, piece.end, [piece.start + cut]):
        yield from _cut_long(reply, half)


def _best_cut(piece: Segment) -> int | None:
    """The offset in a long piece at which to cut it: at a comma or a marker near its middle."""
    middle = len(piece.text) / 2

    def near_middle(offsets: list[int]) -> int | None:
        fair = [
            at
            for at in offsets
            if min(len(piece.text[:at].split()), len(piece.text[at:].split())) >= SHORT
        ]
        return min(fair, key=lambda at: abs(at - middle)) if fair else None

    for pattern in (COMMA, MARKER):
        cut = near_middle([match.end() for match in pattern.finditer(piece.text)])
        if cut is not None:
            return cut
    if piece.n_words <= LONGEST:
        return None
    return near_middle([match.end() for match in re.finditer(r"\s+", piece.text)])


def _join_short(reply: str, pieces: list[Segment]) -> Iterator[Segment]:
    held: Segment | None = None
    for piece in pieces:
        if held is None:
            held = piece
        elif held.n_words < SHORT and not held.text.endswith("?"):
            held = Segment(reply[held.start : piece.end], held.start, piece.end)
        else:
            yield held
            held = piece
    if held is not None:
        yield held
