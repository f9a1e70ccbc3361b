"""The keyring: the key-encryption keys by id, and which of them wraps new data keys."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime


class KeyMissing(Exception):
    """Something in the database is wrapped by a key that this keyring does not hold."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """Keys of 32 bytes by their id. A key's id is derived from the key, so a wrong key cannot pass for a lost one.

    ``ends`` says from when on a former key may be destroyed; nothing may be wrapped under it then.
    """

    current: str
    keys: Mapping[str, bytes] = field(repr=False)
    ends: Mapping[str, datetime] = field(default_factory=dict)

    def key(self, kek_id: str) -> bytes:
        """Return a key by id. Raise KeyMissing when it is not on this ring."""
        try:
            return self.keys[kek_id]
        except KeyError:
            raise KeyMissing(f"the keyring has no key {kek_id}") from None

    @property
    def former(self) -> list[str]:
        """The ids of every key but the current one."""
        return [kek_id for kek_id in self.keys if kek_id != self.current]

    def ended(self, now: datetime) -> list[str]:
        """Return the former keys that may be destroyed as soon as nothing is wrapped under them."""
        return [kek_id for kek_id in self.former if kek_id in self.ends and self.ends[kek_id] <= now]

    def with_key(self, key: bytes) -> "Keyring":
        """Return a ring that holds one more key, which opens what it wrapped and wraps nothing new yet."""
        return replace(self, keys={**self.keys, key_id(key): key})

    def turned_to(self, kek_id: str, ends_at: datetime) -> "Keyring":
        """Return a ring whose current key is *kek_id*; the one before may be destroyed from *ends_at* on."""
        return replace(self, current=kek_id, ends={**self.ends, self.current: ends_at})

    def without(self, kek_id: str) -> "Keyring":
        """Return a ring that lacks one former key."""
        keys = {name: key for name, key in self.keys.items() if name != kek_id}
        return replace(self, keys=keys, ends={name: at for name, at in self.ends.items() if name != kek_id})


def key_id(key: bytes) -> str:
    """Return the id of a key: 12 hex digits that reveal nothing about it."""
    return hashlib.sha256(b"firstfive kek\0" + key).hexdigest()[:12]
