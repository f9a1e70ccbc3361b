"""Keep secrets: make a new version current, let the old one hold a while, end it, and say when each was used.

Versions are sealed in the database under the keyring's current key, so that every replica has them at once.
"""

import os
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.core import sealing
from bot.core.secrets import Version, digest
from bot.core.spans import span
from bot.errors import Refused
from bot.flows.tx import Tx
from store.secrets import (
    SecretVersion,
    add_version,
    all_versions,
    alter_version,
    last_change,
    lock_secrets,
    note_used,
    overdue_versions,
    versions_of,
)


def secret_versions(tx: Tx, names: Sequence[str] | None = None) -> list[Version]:
    """Return the versions of some secrets or of all, by name, the newest first. Ended ones have no text left."""
    rows = all_versions(tx.db) if names is None else versions_of(tx.db, names)
    return [_opened(tx, row) for row in rows]


def valid_secrets(tx: Tx, name: str) -> list[Version]:
    """Return the versions of a secret that hold now, the current one first."""
    return [version for version in secret_versions(tx, [name]) if version.is_valid(tx.now)]


def secrets_change(tx: Tx, names: Sequence[str]) -> int:
    """Return a number that rises whenever one of these secrets changes."""
    return last_change(tx.db, names)


def first_secret(tx: Tx, name: str, text: str) -> None:
    """Make *text* the first version of a secret that has none."""
    lock_secrets(tx.db)
    if not versions_of(tx.db, [name]):
        _add(tx, [], name, text, timedelta())


def rotate_secret(tx: Tx, name: str, text: str, overlap: timedelta) -> int:
    """Make *text* the current version and return its number. Those before it hold for *overlap* at most."""
    lock_secrets(tx.db)
    return _add(tx, secret_versions(tx, [name]), name, text, overlap)


def take_in_settings(tx: Tx, given: Mapping[str, Sequence[str]], overlap: timedelta) -> int:
    """Make what the settings hold current where no version ever held it, the last text last. Return how many were new.

    A text that is known, even as one that ended, changes nothing: a replica with old settings must not turn time back.
    """
    lock_secrets(tx.db)
    added = 0
    for name, texts in given.items():
        for text in texts:
            known = secret_versions(tx, [name])
            if not any(version.holds(text) for version in known):
                _add(tx, known, name, text, overlap)
                added += 1
    return added


def retire_secret(tx: Tx, name: str, number: int, *, forced: bool = False) -> None:
    """End a version now. Refused for the current one, and for one that was just used unless *forced*."""
    lock_secrets(tx.db)
    known = secret_versions(tx, [name])
    version = next((one for one in known if one.number == number), None)
    if version is None:
        raise Refused(f"{name} has no version {number}. See them: firstfive secrets list")
    if version.ends_at is None:
        raise Refused(f"{number} is the current version of {name}. Rotate it first: firstfive secrets rotate {name}")
    if not version.is_valid(tx.now):
        raise Refused(f"Version {number} of {name} has ended already.")
    if version.was_used(tx.now) and version.used_at and not forced:
        raise Refused(
            f"Version {number} of {name} was used {span(tx.now - version.used_at)} ago. Whoever still uses it would be "
            f"refused. If you mean it: firstfive secrets retire {name} {number} --force"
        )
    _end(tx, version, tx.now)


def end_secrets(tx: Tx) -> int:
    """Destroy the text of every version whose time is over; return how many."""
    if not overdue_versions(tx.db, tx.now):
        return 0
    lock_secrets(tx.db)
    overdue = overdue_versions(tx.db, tx.now)  # again: another process may have ended some meanwhile
    for row in overdue:
        _end(tx, _opened(tx, row), row.ends_at or tx.now)
    return len(overdue)


def note_uses(tx: Tx, uses: Mapping[tuple[str, int], datetime]) -> None:
    """Remember when versions, by name and number, were used."""
    for (name, number), at in uses.items():
        note_used(tx.db, name, number, at)


def seal_version(tx: Tx, name: str, number: int, text: str) -> dict[str, bytes | str]:
    """Return a version's text as it is stored: sealed for its place, under the current key."""
    key = tx.keyring.key(tx.keyring.current)
    sealed = sealing.seal(key, os.urandom(sealing.NONCE), text, _context(name, number))
    return {"sealed": sealed, "kek_id": tx.keyring.current}


def open_version(tx: Tx, row: SecretVersion) -> str:
    """Return the text of a stored version. Raise KeyMissing or CannotOpen when the keyring does not fit."""
    return sealing.unseal(tx.keyring.key(row.kek_id), row.sealed, _context(row.name, row.number))


def _add(tx: Tx, known: Sequence[Version], name: str, text: str, overlap: timedelta) -> int:
    for version in known:
        if version.is_valid(tx.now) and (version.ends_at is None or version.ends_at > tx.now + overlap):
            alter_version(tx.db, name, version.number, ends_at=tx.now + overlap)
    number = 1 + max((version.number for version in known), default=0)
    sealed = seal_version(tx, name, number, text)
    add_version(tx.db, {"name": name, "number": number, "made_at": tx.now, **sealed})
    return number


def _end(tx: Tx, version: Version, at: datetime) -> None:
    sealed = seal_version(tx, version.name, version.number, digest(version.text))
    alter_version(tx.db, version.name, version.number, ends_at=at, has_ended=True, **sealed)


def _opened(tx: Tx, row: SecretVersion) -> Version:
    return Version(row.name, row.number, open_version(tx, row), row.made_at, row.ends_at, row.used_at)


def _context(name: str, number: int) -> bytes:
    return f"secret {name} {number}".encode()
