"""How a reply was spoken: measured from word times, never rated."""

import re
from collections.abc import Sequence
from itertools import pairwise

from speech.models import Delivery, Word

# More talk than this without the client is too much. Source: Borkovec, in Kazantzis et al. (2010),
# doi:10.1375/bech.27.3.119.
LONG_TALK_S = 90.0
# A silence this long inside a turn is a pause, not the gap between two words.
# Source: Goldman-Eisler (1968), Psycholinguistics: pauses are counted from 0.25 s.
PAUSE_S = 0.25
MIN_WORDS_FOR_PACE = 5  # fewer words give no pace worth a number
FILLERS = re.compile(r"\b(um+|uh+|er+|erm+|mm+|hmm+|ah+)\b", re.IGNORECASE)
SENTENCE = re.compile(r"[^.!?]*[.!?]+|[^.!?]+$")


def measure(text: str, words: Sequence[Word]) -> Delivery:
    """Returns the delivery of one reply.

    Args:
        text: what was said, punctuated.
        words: its words with their times; empty if nothing was said.

    Returns:
        measures in seconds and counts; ``None`` where there is nothing to measure.
    """
    pauses = [after.start_s - before.end_s for before, after in pairwise(words)]
    span_s = words[-1].end_s - words[0].start_s if words else 0.0
    questions = [sentence.strip().endswith("?") for sentence in SENTENCE.findall(text)]
    enough = len(words) >= MIN_WORDS_FOR_PACE and span_s > 0
    return Delivery(
        time_to_first_word_s=round(words[0].start_s, 2) if words else None,
        talk_time_s=round(span_s, 2),
        n_words=len(words),
        words_per_minute=round(len(words) / span_s * 60, 1) if enough else None,
        n_fillers=len(FILLERS.findall(text)),
        longest_pause_s=round(max(pauses), 2) if pauses and max(pauses) >= PAUSE_S else None,
        n_questions=sum(questions),
        n_stacked_questions=longest_run(questions),
        over_90_s=span_s > LONG_TALK_S,
    )


def longest_run(flags: Sequence[bool]) -> int:
    """Returns the length of the longest run of true values."""
    longest = run = 0
    for flag in flags:
        run = run + 1 if flag else 0
        longest = max(longest, run)
    return longest
