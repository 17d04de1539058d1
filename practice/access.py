"""Who may do what with whose: one table, role × action × owner, and the check that holds it.

Every function that touches what belongs to somebody calls `check` (or `check_attempt`) first;
screens only hide what would be refused anyway. Looks at what is another's, allowed or refused,
are noted in the audit log, which its owner can read.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, get_args

from practice import attempts, audit
from practice.accounts import AccountError, Person, get
from practice.attempts import LOCAL_PERSON, Attempt
from practice.store import Store

# What the owner is to the one who acts. A colleague learns in the same cohort, or with the same
# supervisor; "place" is anybody here, seen by an instructor; "alone" is whatever is on the computer
# of somebody who needs no account.
Relation = Literal["self", "supervisee", "cohort", "colleague", "place", "alone"]
Action = Literal[
    "practise",  # see and make one's own attempts, progress and plans
    "see_attempt",  # the reply's words, and hear its recording
    "see_machine_score",
    "submit_for_review",
    "contest",
    "review",  # rate, comment, ask for another try, return
    "correct_transcript",  # words beside the machine's
    "answer_contest",
    "see_review",  # the ratings, comments and corrections, once returned
    "ask_example",  # ask that a reply be shown to others as an example, or show it no more
    "give_example",  # say yes or no to that, or take it back
    "see_example",  # the words, and the voice if that was given too; never the name
    "see_completion",  # which assigned vignettes somebody has tried: never what they said
    "count_in_figures",  # their scores, in figures of at least five people who agree to it
    "assign",
    "manage_people",  # invite, give a link for a new password, sign out, block
    "own_data",  # consent, download, delete, read who looked
    "research_export",  # the scores and words of those who agreed, without their names
    "author",  # write, publish and carry clients and sets
]
ACTIONS: tuple[Action, ...] = get_args(Action)
# submitted: for review, not withdrawn, with consent; shown: given as an example and not taken back
Condition = Literal["always", "submitted", "shown"]

TABLE: Mapping[Action, Mapping[Relation, Condition]] = {
    "practise": {"self": "always"},
    "see_attempt": {"self": "always", "supervisee": "submitted"},
    "see_machine_score": {"self": "always", "supervisee": "submitted"},
    "submit_for_review": {"self": "always"},
    "contest": {"self": "always"},
    "review": {"supervisee": "submitted"},
    "correct_transcript": {"supervisee": "submitted"},
    "answer_contest": {"supervisee": "submitted"},
    "see_review": {"self": "always", "supervisee": "submitted"},
    "ask_example": {"supervisee": "submitted"},
    "give_example": {"self": "always"},
    "see_example": {
        "self": "shown",
        "supervisee": "shown",
        "cohort": "shown",
        "colleague": "shown",
    },
    "see_completion": {"self": "always", "cohort": "always"},
    "count_in_figures": {"cohort": "always"},
    "assign": {"cohort": "always"},
    "manage_people": {"place": "always"},
    "own_data": {"self": "always"},
    "research_export": {"place": "always"},
    "author": {"place": "always", "alone": "always"},
}
# Somebody at the machine's own shell can read every file here; the table would protect nothing.
SHELL = Person(id="shell", name="the shell", roles=frozenset())
SHELL_MAY: frozenset[Action] = frozenset({"manage_people", "own_data", "research_export"})


EVERYONE = "everyone"  # the owner of what belongs to nobody in particular
NOT_YOURS = "That is not here, or it is not yours to see."


class AccessError(PermissionError):
    """Somebody asked for what is not theirs; the message does not say whether it exists."""


def relations(store: Store, actor: Person, owner: str) -> set[Relation]:
    """Returns what the owner is to the one who acts; nothing, for strangers and the blocked."""
    found: set[Relation] = set()
    if is_blocked(store, actor):
        return found
    if actor.id == owner or (actor.id == LOCAL_PERSON and not _has_account(store, owner)):
        found.add("self")  # alone on this computer, names from the command line are one's own
    if actor.id == LOCAL_PERSON:
        found.add("alone")
    if "supervisor" in actor.roles and store.rows(
        "SELECT 1 FROM supervision WHERE trainee = ? AND supervisor = ?", owner, actor.id
    ):
        found.add("supervisee")
    if "trainee" in actor.roles and actor.id != owner and _learns_with(store, actor, owner):
        found.add("colleague")
    if "instructor" in actor.roles:
        found.add("place")
        if store.rows(
            "SELECT 1 FROM cohort_people t JOIN cohort_people i USING (cohort)"
            " WHERE t.person = ? AND t.part = 'trainee' AND i.person = ? AND i.part = 'instructor'",
            *(owner, actor.id),
        ):
            found.add("cohort")
    return found


def _learns_with(store: Store, actor: Person, owner: str) -> bool:
    return bool(
        store.rows(
            "SELECT 1 FROM cohort_people a JOIN cohort_people b USING (cohort) WHERE a.person = ?"
            " AND a.part = 'trainee' AND b.person = ? AND b.part = 'trainee' UNION ALL"
            " SELECT 1 FROM supervision a JOIN supervision b USING (supervisor)"
            " WHERE a.trainee = ? AND b.trainee = ? LIMIT 1",
            *(actor.id, owner, actor.id, owner),
        )
    )


def is_blocked(store: Store, actor: Person) -> bool:
    """Returns whether somebody was blocked, also while they are still at a page."""
    return bool(
        store.rows("SELECT 1 FROM accounts WHERE person = ? AND blocked_at IS NOT NULL", actor.id)
    )


def may(
    store: Store,
    actor: Person,
    action: Action,
    owner: str,
    *,
    submitted: bool = False,
    shown: bool = False,
) -> bool:
    """Returns whether somebody may do this with what belongs to the owner.

    Args:
        store: the data folder.
        actor: who acts.
        action: what they want to do.
        owner: the id of the person whom it belongs to.
        submitted: whether it is an attempt that its owner has submitted for review.
        shown: whether its owner has given it as an example, and not taken it back.
    """
    if actor.id == SHELL.id:
        return action in SHELL_MAY
    holds: dict[Condition | None, bool] = {
        "always": True,
        "submitted": submitted,
        "shown": shown,
        None: False,
    }
    allowed = TABLE[action]
    return any(holds[allowed.get(relation)] for relation in relations(store, actor, owner))


def check(
    store: Store,
    actor: Person,
    action: Action,
    owner: str,
    at: datetime,
    *,
    subject: str | None = None,
    submitted: bool = False,
    shown: bool = False,
) -> None:
    """Lets somebody go on, or refuses; what is done with another's is noted.

    Raises:
        AccessError: the table does not allow it.
    """
    allowed = may(store, actor, action, owner, submitted=submitted, shown=shown)
    if actor.id != owner and actor.id != LOCAL_PERSON:
        audit.note(store, actor.id, action, at, owner=owner, subject=subject, allowed=allowed)
    if not allowed:
        raise AccessError(NOT_YOURS)


def check_attempt(
    store: Store, actor: Person, action: Action, attempt: Attempt, at: datetime
) -> None:
    """The same as `check`, for an attempt.

    Raises:
        AccessError: the table does not allow it.
    """
    check(
        *(store, actor, action, attempt.person, at),
        subject=attempt.id,
        submitted=is_submitted(store, attempt),
    )


def attempt(store: Store, attempt_id: str) -> Attempt:
    """Returns the attempt of an id that somebody gave, for `check_attempt`.

    Raises:
        AccessError: there is none; in the words for what is another's, so a guess is told nothing.
    """
    found = attempts.find(store, attempt_id)
    if found is None:
        raise AccessError(NOT_YOURS)
    return found


def check_author(store: Store, actor: Person, at: datetime) -> None:
    """Lets those go on who may write clients and sets here; the bank's own log says who did what.

    Raises:
        AccessError: the table does not allow it.
    """
    if not may(store, actor, "author", EVERYONE):
        audit.note(store, actor.id, "author", at, owner=EVERYONE, allowed=False)
        raise AccessError(NOT_YOURS)


def is_submitted(store: Store, attempt: Attempt) -> bool:
    """Returns whether its trainee has submitted an attempt and still consents to supervision."""
    return bool(
        store.rows(
            "SELECT 1 FROM reviews r WHERE r.attempt = ? AND r.state <> 'withdrawn' AND"
            " (SELECT given FROM consents WHERE person = ? AND purpose = 'supervision'"
            " ORDER BY id DESC LIMIT 1) = 1",
            *(attempt.id, attempt.person),
        )
    )


def look_after(
    store: Store, actor: Person, trainee: Person, supervisor: Person, at: datetime
) -> None:
    """Makes one person the supervisor of another.

    Raises:
        AccessError: the actor may not.
        AccountError: the one is no supervisor, or it is the same person.
    """
    check(store, actor, "manage_people", trainee.id, at)
    if "supervisor" not in supervisor.roles:
        raise AccountError(f"{supervisor.name} is no supervisor here.")
    if trainee.id == supervisor.id:
        raise AccountError(f"{trainee.name} cannot be their own supervisor.")
    with store.change() as db:
        db["supervision"].insert({"trainee": trainee.id, "supervisor": supervisor.id}, ignore=True)


def look_after_no_more(
    store: Store, actor: Person, trainee: str, supervisor: str, at: datetime
) -> None:
    """Ends a supervision: the supervisor sees nothing of the trainee's from now on.

    Raises:
        AccessError: the actor may not.
    """
    check(store, actor, "manage_people", trainee, at)
    with store.change() as db:
        db.execute(
            "DELETE FROM supervision WHERE trainee = ? AND supervisor = ?", (trainee, supervisor)
        )


def supervisions(store: Store, actor: Person, at: datetime) -> list[tuple[Person, Person]]:
    """Returns every trainee with their supervisor.

    Raises:
        AccessError: the actor may not.
    """
    check(store, actor, "manage_people", "everyone", at)
    rows = store.rows("SELECT trainee, supervisor FROM supervision ORDER BY supervisor, trainee")
    return [(get(store, row["trainee"]), get(store, row["supervisor"])) for row in rows]


def _has_account(store: Store, person: str) -> bool:
    return bool(store.rows("SELECT 1 FROM accounts WHERE person = ?", person))
