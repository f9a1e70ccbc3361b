"""Where the keyring lives: a file with mode 600 beside nothing else, or the environment. Never in the database."""

import base64
import fcntl
import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from bot.core.keyring import Keyring, key_id
from bot.core.sealing import KEY


class KeyringError(Exception):
    """The keyring cannot be used. The message says what to do."""


def parse(text: str, origin: str) -> Keyring:
    """Read a keyring from its JSON: {"current": id, "keys": {id: base64}, "ends": {id: time}}.

    *origin* is named in errors.
    """
    try:
        loaded = json.loads(text)
        keys = {name: base64.b64decode(value, validate=True) for name, value in loaded["keys"].items()}
        ends = {name: datetime.fromisoformat(at) for name, at in loaded.get("ends", {}).items()}
        ring = Keyring(loaded["current"], keys, ends)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise KeyringError(f"{origin} is not a keyring ({error}). Restore it from your backup.") from error
    for name, key in keys.items():
        if len(key) != KEY or key_id(key) != name:
            raise KeyringError(f"{origin}: key {name} was altered. Restore the file from your backup.")
    if ring.current not in keys:
        raise KeyringError(f"{origin}: the current key {ring.current} is missing. Restore the file from your backup.")
    return ring


def load(place: str) -> Keyring | None:
    """Return the keyring at *place* (a path, or the JSON itself), or None when there is no such file yet."""
    if is_inline(place):
        return parse(place, "FIRSTFIVE_KEYRING")
    path = Path(place)
    try:
        if not path.exists():
            return None
        if path.stat().st_mode & 0o077:
            raise KeyringError(f"{path} can be read by others. Close it: chmod 600 {path}")
        return parse(path.read_text(), str(path))
    except OSError as error:
        raise _unusable(path, error) from error


def create(place: str) -> Keyring:
    """Make a keyring with one new key in a file that only its owner may read, and return it."""
    key = new_key()
    ring = Keyring(key_id(key), {key_id(key): key})
    path = Path(place)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, ring)
        _settle(path.parent)
    except OSError as error:
        raise _unusable(path, error) from error
    return ring


def alter(place: str, change: Callable[[Keyring], Keyring]) -> Keyring:
    """Replace the keyring at *place* by what *change* makes of it, while nobody else may, and return it.

    Who reads meanwhile sees the old ring or the new one, whole.
    """
    if is_inline(place):
        raise KeyringError(
            "The keyring stands in FIRSTFIVE_KEYRING itself, where it cannot be changed. Write it into a file with "
            "mode 600 that every process can read, and name that file there."
        )
    path = Path(place).resolve()  # a link stays a link
    try:
        with _alone(path.parent):
            ring = load(str(path))
            if ring is None:
                raise KeyringError(f"There is no keyring at {path}. The first start makes one: firstfive serve")
            ring = change(ring)
            fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
            _write(fresh, ring)
            fresh.replace(path)
            _settle(path.parent)
    except OSError as error:
        raise _unusable(path, error) from error
    return ring


def new_key() -> bytes:
    """Return a new key-encryption key."""
    return secrets.token_bytes(KEY)


def shown(place: str) -> str:
    """Return how messages name a keyring's place: never by the keys themselves."""
    return "FIRSTFIVE_KEYRING" if is_inline(place) else place


def is_inline(place: str) -> bool:
    """Whether *place* is the keyring itself, and no path."""
    return place.lstrip().startswith("{")


def _write(path: Path, ring: Keyring) -> None:
    """Write a ring to a new file that only its owner may read, down to the disk."""
    keys = {name: base64.b64encode(key).decode() for name, key in ring.keys.items()}
    ends = {name: at.isoformat() for name, at in ring.ends.items()}
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(json.dumps({"current": ring.current, "keys": keys, "ends": ends}, indent=2) + "\n")
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other processes from altering a keyring in this folder meanwhile."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _settle(folder: Path) -> None:
    """Bring a folder's names to the disk: the name of a new file is written apart from the file."""
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def _unusable(path: Path, error: OSError) -> KeyringError:
    return KeyringError(
        f"The keyring {path} cannot be used: {error.strerror}. Name another place in FIRSTFIVE_KEYRING."
    )
