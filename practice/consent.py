"""What a person has agreed to, purpose by purpose; each can be taken back, and nothing is lost."""

from datetime import datetime
from typing import Literal, get_args

from practice import access, audit, ledger
from practice.accounts import Person
from practice.store import Store

Purpose = Literal["practice", "supervision", "research", "research_voice", "example"]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
MEANS: dict[Purpose, str] = {
    "practice": "My replies are recorded, written down and scored here so that I can practise.",
    "supervision": "My supervisors may hear, read and rate the replies that I submit for review.",
    "research": "From now on, my scores and the words of my replies, without my name, may be part"
    " of a research export, and my scores count in what instructors read of at least five people"
    " together. What was exported before I take this back cannot be called back.",
    "research_voice": "My recordings may be in such an export too, as long as I also agree to the"
    " one above. A voice can be recognised, whatever is done about names.",
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
    if not given:
        ledger.note(store, "consent", actor.id, at, purpose)
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


def since(store: Store, person: str, purpose: Purpose) -> datetime | None:
    """Returns since when a person has agreed to a purpose without a break, or ``None``."""
    rows = store.rows(
        "SELECT given, at FROM consents WHERE person = ? AND purpose = ? ORDER BY id DESC LIMIT 1",
        *(person, purpose),
    )
    return datetime.fromisoformat(rows[0]["at"]) if rows and rows[0]["given"] else None


def voice_in_research(store: Store, person: str) -> datetime | None:
    """Returns since when a person's recordings, too, may be in a research export, or ``None``."""
    words, voice = (since(store, person, one) for one in ("research", "research_voice"))
    return None if words is None or voice is None else max(words, voice)
