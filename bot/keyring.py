"""Where the keyring lives: a file with mode 600 beside nothing else, or the environment. Never in the database."""

import base64
import json
import os
import secrets
from pathlib import Path

from bot.core.keyring import Keyring, key_id
from bot.core.sealing import KEY


class KeyringError(Exception):
    """The keyring cannot be used. The message says what to do."""


def parse(text: str, origin: str) -> Keyring:
    """Read a keyring from its JSON: {"current": id, "keys": {id: base64}}. *origin* is named in errors."""
    try:
        loaded = json.loads(text)
        keys = {name: base64.b64decode(value, validate=True) for name, value in loaded["keys"].items()}
        ring = Keyring(loaded["current"], keys)
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
    if _is_inline(place):
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
    key = secrets.token_bytes(KEY)
    name = key_id(key)
    text = json.dumps({"current": name, "keys": {name: base64.b64encode(key).decode()}}, indent=2)
    path = Path(place)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise _unusable(path, error) from error
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)  # The name of a new file is written apart from the file.
    os.close(folder)
    return parse(text, str(path))


def shown(place: str) -> str:
    """Return how messages name a keyring's place: never by the keys themselves."""
    return "FIRSTFIVE_KEYRING" if _is_inline(place) else place


def _is_inline(place: str) -> bool:
    return place.lstrip().startswith("{")


def _unusable(path: Path, error: OSError) -> KeyringError:
    return KeyringError(
        f"The keyring {path} cannot be used: {error.strerror}. Name another place in FIRSTFIVE_KEYRING."
    )
