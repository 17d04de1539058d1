"""What a person has agreed to, purpose by purpose; each can be taken back, and nothing is lost."""

from datetime import datetime
from typing import Literal, get_args

from practice import access, audit
from practice.accounts import Person
from practice.store import Store

Purpose = Literal["practice", "supervision", "research", "example"]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
MEANS: dict[Purpose, str] = {
    "practice": "My replies are recorded, written down and scored here so that I can practise.",
    "supervision": "My supervisors may hear, read and rate the replies that I submit for review.",
    "research": "My scores and transcripts, without my name, may be part of a research export, and"
    " my scores count in what instructors read of at least five people together.",
    "example": "A supervisor may keep a reply of mine as an example for others, if I say yes again"
    " to that one reply.",
}


def give(store: Store, actor: Person, purpose: Purpose, at: datetime) -> None:
    """Agrees to a purpose for oneself."""
    _say(store, actor, purpose, True, at)


def take_back(store: Store, actor: Person, purpose: Purpose, at: datetime) -> None:
    """Takes consent back: from now on nothing is done for that purpose.

    Without consent to supervision, no supervisor sees any of the person's replies.
    """
    _say(store, actor, purpose, False, at)


def _say(store: Store, actor: Person, purpose: Purpose, given: bool, at: datetime) -> None:
    access.check(store, actor, "own_data", actor.id, at)
    if given_by(store, actor.id, purpose) == given:
        return
    with store.change() as db:
        db["consents"].insert(
            {"person": actor.id, "purpose": purpose, "given": int(given), "at": at.isoformat()}
        )
    did = "agreed to" if given else "took back"
    audit.note(store, actor.id, f"{did} {purpose}", at, owner=actor.id)


def given_by(store: Store, person: str, purpose: Purpose) -> bool:
    """Returns whether a person agrees to a purpose now; what was never said is no."""
    rows = store.rows(
        "SELECT given FROM consents WHERE person = ? AND purpose = ? ORDER BY id DESC LIMIT 1",
        *(person, purpose),
    )
    return bool(rows and rows[0]["given"])
