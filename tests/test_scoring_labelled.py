"""The corpus is whole, its folds keep writers and clients apart, and what was settled stands."""

from collections import Counter

import pytest

from scenarios.load import load_library
from scoring.labelled import folds, load_corpus, load_ratings, writers

CORPUS = load_corpus()
LIBRARY = load_library()


def test_the_corpus_has_2000_replies_of_16_writers_to_every_client() -> None:
    assert len(CORPUS) >= 2000
    assert len({one.id for one in CORPUS}) == len(CORPUS)
    assert {one.author for one in CORPUS} == set(writers())
    assert len(writers()) == 16
    assert {one.scenario for one in CORPUS} == set(LIBRARY)


def test_the_rarer_behaviours_are_in_at_least_120_replies_each() -> None:
    counts = Counter(
        label for one in CORPUS for label in {a for part in one.segments for a in part.labels}
    )
    wanted = (
        "checks_fit",
        "learning_frame",
        "goal_link",
        "gives_up",
        "client_ideas",
        "coping_plan",
    )
    assert {name: counts[name] for name in wanted if counts[name] < 120} == {}


def test_at_least_300_replies_were_labelled_twice_blind() -> None:
    per_reply = Counter(one.id for one in load_ratings())
    assert set(per_reply.values()) == {2}
    assert len(per_reply) >= 300


def test_what_was_settled_takes_the_place_of_one_readers_labels() -> None:
    before = {one.id: one for one in load_corpus(settled=False)}
    after = {one.id: one for one in CORPUS if one.labeller == "settled"}
    assert len(after) > 300
    changed = [i for i, one in after.items() if one.segments != before[i].segments]
    assert changed
    assert all(one.text == before[i].text for i, one in after.items())


@pytest.mark.parametrize("by", ["author", "family"])
def test_no_writer_or_family_is_on_both_sides_of_a_fold(by: str) -> None:
    def group(i: int) -> str:
        return CORPUS[i].author if by == "author" else LIBRARY[CORPUS[i].scenario].family

    made = folds(CORPUS, LIBRARY, by, 3)
    for fold in made:
        assert not {group(i) for i in fold.train} & {group(i) for i in fold.test}
    assert sorted(i for fold in made for i in fold.test) == list(range(len(CORPUS)))


def test_a_segments_text_is_in_its_reply_in_order() -> None:
    for one in CORPUS:
        at = 0
        for part in one.segments:
            found = one.text.find(part.text.strip(), at)
            assert found >= 0, (one.id, part.text)
            at = found


def test_heard_replies_have_the_labels_of_what_was_said() -> None:
    heard = [one for one in load_corpus(settled=False) if one.heard]
    assert len(heard) >= 100
    kept = total = 0
    for one in heard:
        said = {a for part in one.segments for a in part.labels}
        got = {a for part in one.heard for a in part.labels}
        assert got <= said, one.id
        kept, total = kept + len(got), total + len(said)
    assert kept >= 0.95 * total  # a label goes only where the recogniser lost all of its words
