"""Times in a recording, after its silences were cut out."""

import numpy as np

from speech.recording import RATE_HZ
from speech.voice import Span, join, original_s


def span(start_s, end_s):
    return Span(int(start_s * RATE_HZ), int(end_s * RATE_HZ))


SPANS = [span(1.0, 3.0), span(7.0, 8.0)]  # joined: 0 to 2 s, then 2 to 3 s


def test_stretches_are_joined_without_what_is_between_them():
    samples = np.arange(9 * RATE_HZ, dtype=np.float32)
    joined = join(samples, SPANS)
    assert len(joined) == 3 * RATE_HZ
    assert joined[0] == 1.0 * RATE_HZ
    assert joined[2 * RATE_HZ] == 7.0 * RATE_HZ


def test_no_stretches_join_to_nothing():
    assert len(join(np.ones(100, np.float32), [])) == 0


def test_a_moment_is_moved_back_by_the_silences_before_it():
    assert original_s(0.5, SPANS) == 1.5  # 1.0 + 0.5
    assert original_s(2.5, SPANS) == 7.5  # 7.0 + (2.5 - 2.0)


def test_a_moment_at_a_seam_belongs_to_the_word_that_starts_or_ends_there():
    assert original_s(2.0, SPANS) == 7.0
    assert original_s(2.0, SPANS, ends=True) == 3.0


def test_a_moment_past_the_end_is_the_end():
    assert original_s(9.0, SPANS, ends=True) == 8.0


def test_without_stretches_a_moment_stays_where_it_is():
    assert original_s(1.25, []) == 1.25
