"""What is still to be mended is said with the names that the form has."""

import pytest

from practice.drafts import BLANK
from scenarios.load import faults
from ui.author_fields import in_words


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ('field "goal" is empty; write something there.', "“What they want” is empty;"),
        ('field "client.presenting_problem" is empty;', "“What brings them” is empty;"),
        ('field "examples.2.why" is empty;', "“Example 2: why” is empty;"),
        ('field "follow_ups.1.stance" is "x";', '“follow ups, 1, stance” is "x";'),
        ('field "follow_ups.1.clip.tone" is empty;', "“Next line 1: how it is said” is empty;"),
        ("The client cannot be heard yet.", "The client cannot be heard yet."),
    ],
)
def test_a_field_is_named_as_the_form_names_it(fault: str, said: str) -> None:
    assert in_words(fault).startswith(said)


def test_everything_a_blank_page_lacks_has_a_name_in_the_form() -> None:
    said = [in_words(one) for one in faults({**BLANK, "id": "x"})]
    assert len(said) >= 10
    assert not [one for one in said if one.startswith('field "') or "_" in one]
