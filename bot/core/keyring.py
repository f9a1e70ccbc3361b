"""The keyring: the key-encryption keys by id, and which of them wraps new data keys."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field


class KeyMissing(Exception):
    """Something in the database is wrapped by a key that this keyring does not hold."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """Keys of 32 bytes by their id. A key's id is derived from the key, so a wrong key cannot pass for a lost one."""

    current: str
    keys: Mapping[str, bytes] = field(repr=False)

    def key(self, kek_id: str) -> bytes:
        """Return a key by id. Raise KeyMissing when it is not on this ring."""
        try:
            return self.keys[kek_id]
        except KeyError:
            raise KeyMissing(f"the keyring has no key {kek_id}") from None

    def derived(self, purpose: str) -> bytes:
        """Return 32 bytes for another purpose, such as signing links, that reveal nothing about the key."""
        return hashlib.sha256(b"firstfive\0" + purpose.encode() + b"\0" + self.keys[self.current]).digest()


def key_id(key: bytes) -> str:
    """Return the id of a key: 12 hex digits that reveal nothing about it."""
    return hashlib.sha256(b"firstfive kek\0" + key).hexdigest()[:12]
