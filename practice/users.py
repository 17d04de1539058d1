"""What `between users` does: each function returns the line to print. It acts as the shell."""

from datetime import datetime
from pathlib import Path
from typing import Any

from practice import access, accounts, invitations, one_time_links, privacy, research, serving
from practice.access import SHELL
from practice.accounts import AccountError, Person, Role
from practice.store import Store


def link(token: str, seen_at: str | None = None) -> str:
    """Returns the whole address of a one-time link.

    Args:
        token: the link's.
        seen_at: where the app is reached by whoever asks, if known; ``BETWEEN_URL`` goes first.
    """
    return f"{serving.known_url() or seen_at or serving.configured_url()}/account/link/{token}"


def named(store: Store, name: str) -> Person:
    """Returns who has that name.

    Raises:
        AccountError: nobody has.
    """
    found = accounts.find_by_name(store, name)
    if found is None:
        raise AccountError(f"Nobody here is called {name!r}; `between users list` shows everybody.")
    return found


def add(store: Store, name: str, roles: tuple[Role, ...], at: datetime) -> str:
    """Invites somebody; returns the line with their link."""
    person, token = invitations.invite(store, SHELL, name, roles or ("trainee",), at)
    return f"{person.name} ({_roles(person)}) takes a password here, once, in 7 days: {link(token)}"


def again(store: Store, name: str, at: datetime) -> str:
    """Gives somebody a new link; returns the line with it."""
    person = named(store, name)
    kind, token = invitations.new_link(store, SHELL, person, at)
    hours = int(one_time_links.LASTS[kind].total_seconds() // 3600)
    return f"{person.name} sets a password here, once, in {hours} hours: {link(token)}"


def revoke(store: Store, name: str, at: datetime) -> str:
    """Ends somebody's sessions and links and blocks the account; returns what was done."""
    person = named(store, name)
    invitations.block(store, SHELL, person, at)
    return f"{person.name} is signed out everywhere and cannot sign in; nothing was deleted."


def restore(store: Store, name: str, at: datetime) -> str:
    """Lets a blocked person sign in again; returns what was done."""
    person = named(store, name)
    invitations.unblock(store, SHELL, person, at)
    return f"{person.name} can sign in again."


def delete(store: Store, name: str, at: datetime) -> str:
    """Deletes somebody and all that is theirs; returns what was done."""
    person = named(store, name)
    privacy.delete_person(store, SHELL, person.id, at)
    return f"{person.name} and everything of theirs is deleted."


def export(store: Store, name: str, file: Path, at: datetime) -> str:
    """Writes everything about one person to a file; returns what was done.

    Raises:
        AccountError: nobody has that name or id, or the file cannot be written.
    """
    found = accounts.find_by_name(store, name)
    person = found.id if found is not None else name
    if found is None and not store.rows("SELECT 1 FROM people WHERE id = ?", name):
        raise AccountError(f"Nobody here is called {name!r}; `between users list` shows everybody.")
    if file.exists():
        raise AccountError(f"There is already a file {file}; choose another name.")
    research.save(file, privacy.download(store, SHELL, person, at))
    return f"{file}: everything about {name}. Keep it as you keep personal data."


def supervise(store: Store, trainee: str, supervisor: str, at: datetime) -> str:
    """Makes one person the supervisor of another; returns what was done."""
    learner, guide = named(store, trainee), named(store, supervisor)
    access.look_after(store, SHELL, learner, guide, at)
    return f"{guide.name} supervises {learner.name}."


def everybody(store: Store, at: datetime) -> list[dict[str, Any]]:
    """Returns everybody with an account, as records."""
    return [
        {"name": one.person.name, "roles": sorted(one.person.roles), "state": one.state}
        for one in invitations.members(store, SHELL, at)
    ]


def _roles(person: Person) -> str:
    return ", ".join(sorted(person.roles))
