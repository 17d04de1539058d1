"""What a waiting trainee reads: their place, and about how long."""

import pytest

from practice.worker import Progress
from ui.practise import _place


@pytest.mark.parametrize(
    ("n_ahead", "wait_s", "said"),
    [
        (0, None, "Saved. Getting ready…"),
        (0, 6.0, "Saved. Getting ready…"),
        (2, None, "Saved. 2 to go before yours…"),
        (1, 3.0, "Saved. 1 to go before yours: about 5 seconds…"),
        (3, 24.0, "Saved. 3 to go before yours: about 20 seconds…"),
        (12, 78.0, "Saved. 12 to go before yours: about 1 minute…"),
        (29, 180.0, "Saved. 29 to go before yours: about 3 minutes…"),
    ],
)
def test_the_place_and_the_wait_are_said_in_round_numbers(
    n_ahead: int, wait_s: float | None, said: str
) -> None:
    assert _place(Progress("waiting", n_ahead=n_ahead, wait_s=wait_s)) == said
