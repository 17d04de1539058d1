"""Replies that a second supervisor may rate blind, so that supervisors can be compared.

A reply goes back to its trainee once one supervisor has rated it; the others of the same trainee
may still rate it, before they see anything of the first rating.
"""

from practice import access, attempts, review_records
from practice.accounts import Person
from practice.attempts import Attempt
from practice.review_records import Review
from practice.store import Store


def waiting(store: Store, actor: Person, limit: int = 10) -> list[tuple[Review, Attempt]]:
    """Returns what supervisees of one's own had back from a colleague and oneself has not rated.

    Args:
        store: the data folder.
        actor: the supervisor.
        limit: how many at most, the latest returned first.
    """
    rows = store.rows(
        "SELECT r.* FROM reviews r JOIN attempts a ON a.id = r.attempt"
        " JOIN supervision s ON s.trainee = a.person WHERE s.supervisor = ?"
        " AND r.state = 'returned' AND EXISTS (SELECT 1 FROM review_ratings g"
        " WHERE g.review = r.id AND g.blind = 1) AND NOT EXISTS (SELECT 1 FROM review_ratings g"
        " WHERE g.review = r.id AND g.rater = ?) ORDER BY r.changed_at DESC",
        *(actor.id, actor.id),
    )
    found = []
    for row in rows:
        attempt = attempts.get(store, row["attempt"])
        submitted = access.is_submitted(store, attempt)
        if access.may(store, actor, "review", attempt.person, submitted=submitted):
            found.append((review_records.of_row(row), attempt))
        if len(found) == limit:
            break
    return found
