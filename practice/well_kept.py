"""What the doctor finds of recordings: whether they are whole, locked, and deleted in time."""

from pydantic import BaseModel, ConfigDict

from practice import accounts, health, retention
from practice.store import Store


class Finding(BaseModel):
    """One thing looked at: what was found, whether it is well, and the remedy if it is not."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    ok: bool
    needed: bool  # whether practising is impossible without it
    found: str
    remedy: str | None = None


def examine(store: Store) -> list[Finding]:
    """Returns what is found of a data folder's recordings."""
    return [_whole(store), _locked(store), _in_time(store)]


def _whole(store: Store) -> Finding:
    n, missing, altered = health.recordings(store)
    wrong = [
        f"{len(names)} {what} ({health.listed(names)})"
        for what, names in (("missing", missing), ("altered since they were saved", altered))
        if names
    ]
    return Finding(
        name="recordings",
        ok=not wrong,
        needed=False,
        found="; ".join(wrong) or f"{n} looked at, as they were saved",
        remedy="Take them from a backup; their scores are kept." if wrong else None,
    )


def _locked(store: Store) -> Finding:
    trouble = store.key_trouble()
    if trouble is not None:
        return Finding(
            name="recording key",
            ok=False,
            needed=False,
            found=trouble,
            remedy="Look where the key is kept; it is in no backup and in no file here.",
        )
    if not store.vault.locks:
        found = "none: recordings are not locked on this disk"
        return Finding(name="recording key", ok=True, needed=False, found=found)
    n_open = health.open_recordings(store)
    found = f"recordings are locked with the key {store.vault.marks[0]}"
    return Finding(
        name="recording key",
        ok=not n_open,
        needed=False,
        found=found + (f", but {n_open} are not locked yet" if n_open else ""),
        remedy="between recordings encrypt" if n_open else None,
    )


def _in_time(store: Store) -> Finding:
    try:
        days = retention.keep_days()
    except accounts.AccountError as exc:
        return Finding(
            name="retention", ok=False, needed=False, found=str(exc), remedy="Mend the setting."
        )
    found = "off, as nobody has an account here; recordings stay until they are deleted"
    if retention.runs(store):
        kept = ", ".join(f"{purpose} {n} days" for purpose, n in days.items())
        found = f"recordings are deleted by themselves, looked at every hour: {kept}"
    return Finding(name="retention", ok=True, needed=False, found=found)
