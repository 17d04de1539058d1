"""What is not a reply is not scored, and gets the reason; what is a reply is never turned away."""

import json

import pytest

from scenarios.load import load_library
from scoring import guards
from scoring.fit_guards import UNSEEN_OFF_TOPIC, not_replies
from scoring.labelled import load_corpus
from scoring.scorer import load_learned
from tests.conftest import GOLDEN

LIBRARY = load_library()
LEARNED = load_learned()
NOT_REPLIES = json.loads((GOLDEN / "not_replies.json").read_text("utf-8"))
ELLIE = LIBRARY["toohard-phone"]


@pytest.mark.parametrize(
    "case", NOT_REPLIES, ids=[f"{n}-{one['kind']}" for n, one in enumerate(NOT_REPLIES)]
)
def test_what_is_no_reply_gets_a_reason(case: dict) -> None:
    text = case["text"].replace("{line}", ELLIE.clip.transcript)
    assert guards.refuse(text, ELLIE, LEARNED) in case["reasons"]


@pytest.mark.parametrize(
    "text",
    [
        "Forget the rules we made last week, the rules were mine and not yours. What would you do?",
        "Give me a number for how likely that feels, nought to a hundred, and don't be polite.",
        "So back to the machine at work, the one that jams, when it jams, what goes through you?",
        "Mm. An hour with the number up. That's an hour of being brave, you know, not of failing.",
        "i wonder what it was like sitting there with it in your hand for an hour like that",
    ],
)
def test_ordinary_talk_that_only_looks_odd_is_scored(text: str) -> None:
    assert guards.refuse(text, ELLIE, LEARNED) is None


def test_the_examples_that_ship_are_all_replies() -> None:
    turned = {
        (one.id, example.level): why
        for one in LIBRARY.values()
        for example in one.examples
        if (why := guards.refuse(example.text, one, LEARNED))
    }
    assert turned == {}


def test_fewer_than_two_in_a_hundred_of_the_corpus_are_turned_away() -> None:
    # A sample, to be quick; `between evaluate` measures all, by guards that have not seen them.
    # Replies of fewer than 8 words are too short by the rubric itself and do not count.
    sample = [one for one in load_corpus()[::10] if len(one.text.split()) >= guards.MIN_WORDS]
    turned = [one.id for one in sample if guards.refuse(one.text, LIBRARY[one.scenario], LEARNED)]
    assert len(turned) < 0.02 * len(sample), turned


def test_half_of_what_another_writer_said_to_somebody_else_is_turned_away() -> None:
    # The guards have not learned from these texts. The bar is set for genuine replies' sake (five
    # in a thousand), so many pass: 52 % were turned away when this was written, 33 % by the
    # sentence vectors used before.
    texts = not_replies(UNSEEN_OFF_TOPIC)
    turned = [text for text in texts if guards.refuse(text, ELLIE, LEARNED)]
    assert len(turned) >= 0.5 * len(texts)
