"""Scenarios of one's own: half-written is kept, half-right is not published, nothing is lost."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from practice import attempts, bank, drafts
from practice.accounts import ALONE
from practice.bank import BankError
from practice.store import Store
from scenarios.models import Scenario
from tests.stand_ins import a_scenario

LINES = {a_scenario().clip.id: a_scenario().clip.transcript}  # as if its clip were shipped


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def written(store: Store, at: datetime, **changes: Any) -> str:
    """A whole draft, ready to be published but for the changes."""
    entry = bank.create(store, ALONE, "Not a diary", at, like=a_scenario())
    bank.save(store, ALONE, entry.id, {**entry.draft, **changes}, at)
    return entry.id


def publish(store: Store, entry_id: str, at: datetime) -> Scenario:
    return bank.publish(store, ALONE, entry_id, at, LINES)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("I'm not a diary person!", "im-not-a-diary-person"),
        ("Où est-ce?", "ou-est-ce"),
        ("…", "scenario"),
        ("../../etc/passwd", "etc-passwd"),
        ("a" * 90, "a" * 50),
    ],
)
def test_an_id_is_made_from_the_title(title: str, expected: str) -> None:
    assert drafts.slug(title) == expected


def test_an_id_is_never_given_twice(store: Store, at: datetime) -> None:
    ids = [bank.create(store, ALONE, "No", at, shipped={"no-2"}).id for _ in range(3)]
    assert ids == ["no", "no-3", "no-4"]


def test_a_scenario_without_a_title_is_not_begun(store: Store, at: datetime) -> None:
    with pytest.raises(BankError, match="no title yet"):
        bank.create(store, ALONE, "  ", at)
    assert bank.entries(store, ALONE, at) == []


def test_a_copy_has_all_but_id_and_title(store: Store, at: datetime) -> None:
    entry = bank.create(store, ALONE, "Another", at, like=a_scenario())
    copied = drafts.scenario_of(entry.id, entry.draft)
    assert copied == a_scenario().model_copy(update={"id": "another", "title": "Another"})


def test_half_a_draft_is_kept_and_says_what_is_missing(store: Store, at: datetime) -> None:
    entry = bank.create(store, ALONE, "Not a diary", at)
    bank.save(
        store, ALONE, entry.id, {**entry.draft, "goal": "to swim again", "context": "x" * 2001}, at
    )
    kept = bank.get(store, entry.id)
    assert kept.draft["goal"] == "to swim again"
    said = drafts.faults(store, kept.id, kept.draft, LINES)
    assert 'field "client.name" is empty; write something there.' in said
    assert f'field "context" is "{"x" * 60}…"; keep it to 2000 characters.' in said
    assert "The client cannot be heard yet; record the line or choose a file of it." in said
    with pytest.raises(BankError):
        publish(store, entry.id, at)
    assert bank.published(store) == {}


def test_what_is_published_is_in_the_library(store: Store, at: datetime) -> None:
    scenario = publish(store, written(store, at), at)
    assert bank.published(store) == {scenario.id: scenario}
    assert bank.get(store, scenario.id).state == "published"


def test_a_shipped_clip_cannot_be_given_other_words(store: Store, at: datetime) -> None:
    clip = {**a_scenario().clip.model_dump(), "transcript": "Yes, I'd love to."}
    with pytest.raises(BankError, match="not the line said in the clip"):
        publish(store, written(store, at, clip=clip), at)


def test_a_change_is_seen_only_once_it_is_published(store: Store, at: datetime) -> None:
    entry_id = written(store, at)
    publish(store, entry_id, at)
    entry = bank.get(store, entry_id)
    bank.save(store, ALONE, entry_id, {**entry.draft, "goal": "to run again"}, at)
    assert bank.published(store)[entry_id].goal == a_scenario().goal
    publish(store, entry_id, at)
    assert bank.published(store)[entry_id].goal == "to run again"
    assert [one.number for one in bank.versions(store, entry_id)] == [2, 1]
    assert bank.versions(store, entry_id)[1].scenario.goal == a_scenario().goal


def test_an_attempt_shows_the_version_it_answered(store: Store, at: datetime) -> None:
    attempts.add_person(store, "me", "You", at)
    entry_id = written(store, at)
    first = publish(store, entry_id, at)
    attempt = attempts.start(store, person="me", scenario=first, at=at, typed="Hello.")
    bank.save(
        store, ALONE, entry_id, {**bank.get(store, entry_id).draft, "goal": "to run again"}, at
    )
    publish(store, entry_id, at)
    bank.shelve(store, ALONE, entry_id, at, away=True)
    assert attempts.scenario_answered(store, attempt) == first


def test_what_is_put_away_leaves_the_library_and_comes_back_as_it_was(
    store: Store, at: datetime
) -> None:
    entry_id = written(store, at)
    scenario = publish(store, entry_id, at)
    bank.shelve(store, ALONE, entry_id, at, away=True)
    assert bank.published(store) == {}
    bank.shelve(store, ALONE, entry_id, at, away=False)
    assert bank.published(store) == {entry_id: scenario}
    draft = bank.create(store, ALONE, "Only begun", at)
    bank.shelve(store, ALONE, draft.id, at, away=True)
    bank.shelve(store, ALONE, draft.id, at, away=False)
    assert bank.get(store, draft.id).state == "draft"


def test_every_change_to_the_library_moves_its_revision_on(store: Store, at: datetime) -> None:
    seen = [bank.revision(store)]
    entry_id = written(store, at)
    publish(store, entry_id, at)
    seen.append(bank.revision(store))
    bank.shelve(store, ALONE, entry_id, at, away=True)
    seen.append(bank.revision(store))
    assert seen == sorted(set(seen))


def test_a_blank_page_can_be_looked_at_before_anything_is_written(
    store: Store, at: datetime
) -> None:
    seen = drafts.preview("not-a-diary", bank.create(store, ALONE, "Not a diary", at).draft)
    assert seen is not None and seen.goal == "…" and seen.title == "Not a diary"


def test_a_draft_with_a_text_that_is_too_long_is_not_looked_at(store: Store, at: datetime) -> None:
    entry = bank.create(store, ALONE, "Not a diary", at)
    assert drafts.preview(entry.id, {**entry.draft, "goal": "x" * 301}) is None


def test_an_unknown_scenario_is_said_by_name(store: Store) -> None:
    with pytest.raises(BankError, match="no scenario “nope”"):
        bank.get(store, "nope")


def test_every_next_line_has_to_be_heard_before_two_turns_are_published(
    store: Store, at: datetime
) -> None:
    entry = bank.get(store, written(store, at, follow_ups=drafts.NEXT_LINES))
    said = drafts.faults(store, entry.id, entry.draft, LINES)
    assert 'field "follow_ups.2.clip.tone" is empty; write something there.' in said
    for n in (1, 2, 3):
        assert any(
            one.startswith(f"The client's next line {n} cannot be heard yet") for one in said
        )
    clip = a_scenario().clip.model_dump()
    lines = [{**one, "clip": clip} for one in drafts.NEXT_LINES]
    scenario = publish(store, written(store, at, follow_ups=lines), at)
    assert [one.stance for one in scenario.follow_ups] == ["pushes_harder", "opens", "holds_back"]
    assert drafts.preview("x", {**drafts.BLANK, "follow_ups": drafts.NEXT_LINES}) is not None
