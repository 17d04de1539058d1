"""Recordings locked with a key from the environment: the only place that knows the cipher.

A locked recording is a header, then AES-256-GCM: ``BSREC1`` and two zero bytes, the key's mark (8
bytes), the header's CRC-32 (4), the nonce (12), the sound with its tag. The header and the
recording's name are authenticated too, so that a file can neither be altered nor put in another's
place. The mark says which key is wanted, so that another key is told apart from a damaged file.
"""

import base64
import binascii
import hashlib
import os
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SETTING = "BETWEEN_RECORDING_KEY"
MAGIC = b"BSREC1\0\0"
KEY_BYTES = 32
HEADER_BYTES = 8 + 8 + 4
NONCE_BYTES = 12  # Source: NIST SP 800-38D, 8.2.2; random, good for 2**32 recordings a key
OVERHEAD_BYTES = HEADER_BYTES + NONCE_BYTES + 16


class VaultError(ValueError):
    """A recording cannot be unlocked, or a key cannot be read; the message has the remedy."""


class KeyWanted(VaultError):
    """The recording is locked with a key that is not here; nothing is wrong with it."""


class DamagedRecording(VaultError):
    """The recording is locked with a key that is here, and is no longer as it was saved."""


@dataclass(frozen=True, repr=False)
class Key:
    """One key; its mark says which it is and nothing about it."""

    secret: bytes

    @property
    def mark(self) -> str:
        """The key's mark, 16 hexadecimal digits."""
        return hashlib.sha256(b"between-sessions recording key\0" + self.secret).hexdigest()[:16]


class Vault:
    """Locks with the first of some keys and unlocks with any; without a key, nothing is locked."""

    def __init__(self, keys: Sequence[Key] = ()) -> None:
        """Takes the keys, the one to lock with first."""
        self._keys = {key.mark: key for key in keys}
        self._first = keys[0] if keys else None

    @property
    def marks(self) -> tuple[str, ...]:
        """The marks of the keys, the one that locks first."""
        return tuple(self._keys)

    @property
    def locks(self) -> bool:
        """Whether there is a key to lock with."""
        return self._first is not None

    def lock(self, data: bytes, name: str) -> bytes:
        """Returns data as they go to the disk: locked if there is a key, else as they are."""
        if self._first is None:
            return data
        header = MAGIC + bytes.fromhex(self._first.mark)
        header += zlib.crc32(header).to_bytes(4, "big")
        nonce = os.urandom(NONCE_BYTES)
        bound = header + name.encode()
        return header + nonce + AESGCM(self._first.secret).encrypt(nonce, data, bound)

    def unlock(self, data: bytes, name: str) -> bytes:
        """Returns what was locked under this name; what was never locked comes back as it is.

        Raises:
            KeyWanted: it is locked with a key that is not here.
            DamagedRecording: it is no longer as it was locked.
        """
        mark = mark_of(data)
        if mark is None:
            return data
        if mark == "":
            raise DamagedRecording(f"The recording {name[:12]}… is damaged; take it from a backup.")
        key = self._keys.get(mark)
        if key is None:
            raise KeyWanted(wanted({mark}, self.marks))
        header, body = data[:HEADER_BYTES], data[HEADER_BYTES:]
        try:
            return AESGCM(key.secret).decrypt(
                body[:NONCE_BYTES], body[NONCE_BYTES:], header + name.encode()
            )
        except (InvalidTag, ValueError) as exc:
            raise DamagedRecording(
                f"The recording {name[:12]}… is damaged; take it from a backup."
            ) from exc


def mark_of(begins: bytes) -> str | None:
    """Returns the mark of the key that a recording is locked with, from how it begins.

    ``None`` if it is not locked, and an empty mark if it is and its header is damaged.
    """
    if not begins.startswith(MAGIC):
        return None
    header = begins[:HEADER_BYTES]
    whole = len(header) == HEADER_BYTES and zlib.crc32(header[:-4]) == int.from_bytes(
        header[-4:], "big"
    )
    return header[8:16].hex() if whole else ""


def mark_in(path: Path) -> str | None:
    """Returns the same of a file."""
    with path.open("rb") as file:
        return mark_of(file.read(HEADER_BYTES))


def wanted(marks: set[str], here: Sequence[str]) -> str:
    """Returns one sentence: recordings are locked, with which key, and what to do."""
    named = ", ".join(sorted(marks))
    if not here:
        return (
            f"Recordings here are locked with the key {named}, and {SETTING} is not set; set it"
            " and start again. No recording is lost."
        )
    return (
        f"Recordings here are locked with the key {named}, and {SETTING} has only"
        f" {', '.join(here)}; add that key after a comma and start again. No recording is lost."
    )


def new_key() -> str:
    """Returns a new key as it stands in the setting."""
    return base64.urlsafe_b64encode(os.urandom(KEY_BYTES)).decode().rstrip("=")


def from_environment(environment: Mapping[str, str] = os.environ) -> Vault:
    """Returns the vault with the keys of the setting, the first of which locks.

    Raises:
        VaultError: one of them is no key; the message does not show it.
    """
    texts = [one.strip() for one in environment.get(SETTING, "").split(",")]
    return Vault([_key(text) for text in texts if text])


def _key(text: str) -> Key:
    try:
        secret = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if len(secret) != KEY_BYTES:
        raise VaultError(
            f"{SETTING} holds {len(text)} characters that are no key; make one with"
            " `between recordings new-key`, or take the setting away."
        )
    return Key(secret)
