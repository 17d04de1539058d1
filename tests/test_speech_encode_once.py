"""A window is encoded once for as long as it is the last one."""

import numpy as np

from speech.encode_once import encode_once


def test_the_same_window_again_is_not_encoded_again_and_another_is() -> None:
    asked = []

    def encode(window):  # stands for a network: remembers what it was asked
        asked.append(window.sum())
        return window * 2

    once = encode_once(encode)
    first, second = np.ones((2, 3)), np.zeros((2, 3))
    assert np.array_equal(once(first), first * 2)
    assert np.array_equal(once(first.copy()), first * 2)
    assert np.array_equal(once(second), second * 2)
    assert np.array_equal(once(first), first * 2)
    assert asked == [6.0, 0.0, 6.0]


def test_a_window_changed_in_place_is_another_window() -> None:
    once = encode_once(lambda window: window.copy())
    window = np.ones((2, 3))
    once(window)
    window[0, 0] = 5
    assert once(window)[0, 0] == 5
