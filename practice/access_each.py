"""The check of `practice.access` for many owners at once, their looks noted in one change."""

from collections.abc import Sequence
from datetime import datetime

from practice import access, audit
from practice.access import Action
from practice.accounts import Person
from practice.attempts import LOCAL_PERSON
from practice.store import Store


def check_all(
    store: Store,
    actor: Person,
    action: Action,
    owners: Sequence[str],
    at: datetime,
    *,
    subject: str | None = None,
) -> None:
    """The same as `access.check` for each of several owners.

    Raises:
        AccessError: the table does not allow it for one of them.
    """
    allowed = {owner: access.may(store, actor, action, owner) for owner in owners}
    if actor.id != LOCAL_PERSON:
        others = {owner: yes for owner, yes in allowed.items() if owner != actor.id}
        audit.note_all(store, actor.id, action, at, others, subject=subject)
    if not all(allowed.values()):
        raise access.AccessError(access.NOT_YOURS)
