"""Secrets: which are in force, which end soon, and which nobody uses."""

import contextlib
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta

from bot.cli.checks.database import is_absent
from bot.cli.checks.finding import Finding, note, ok, wrong
from bot.core.keyring import KeyMissing
from bot.core.sealing import CannotOpen
from bot.core.secrets import Version
from bot.core.spans import span
from bot.flows.keep_secret import secret_versions
from bot.flows.tx import Rules, Tx
from bot.keyring import KeyringError, load
from bot.settings import Settings
from bot.vault import Vault
from bot.wiring import SystemClock
from store.db import FAULTS, Database

LOOK = "firstfive secrets list"
UNUSED = timedelta(days=7)


def check(settings: Settings) -> Iterator[Finding]:
    """Look at every version that holds now."""
    now = SystemClock().now()
    valid = [version for version in kept_versions(settings) if version.is_valid(now)]
    for version in valid:
        yield _current(version, now) if version.ends_at is None else _former(version, now)
    for name, secret in settings.secrets.items():
        current = next((one for one in valid if one.name == name and one.ends_at is None), None)
        if current and current.text not in map(str.strip, secret.value().split(",")):
            said = f"the settings hold an older one than version {current.number}, which is in force"
            yield note(name, said, "bring your settings up to date; nothing else depends on it")


def vault_in_force(settings: Settings) -> Vault:
    """Return the secrets that a running bot uses, without changing anything."""
    vault = Vault(settings, SystemClock())
    vault.follow(kept_versions(settings))
    return vault


def kept_versions(settings: Settings) -> list[Version]:
    """Return every version that the database holds; none when it cannot say, which its own check tells."""
    if is_absent(settings.database_url):
        return []
    with contextlib.suppress(KeyringError, KeyMissing, CannotOpen, *FAULTS):
        ring = load(settings.keyring)
        if ring is not None:
            with closing(Database(settings.database_address)) as database, database.read() as db:
                return secret_versions(Tx(db, SystemClock().now(), ring, Rules()))
    return []


def _current(version: Version, now: datetime) -> Finding:
    said = f"version {version.number} is in force, {_last_use(version, now)}"
    if version.used_at is None and now - version.made_at > UNUSED:
        return note(version.name, said, LOOK)
    return ok(version.name, said)


def _former(version: Version, now: datetime) -> Finding:
    assert version.ends_at is not None, "it is not the current one"
    said = f"version {version.number} ends in {span(version.ends_at - now)}, {_last_use(version, now)}"
    if version.ends_soon(now) and version.was_used(now):
        return wrong(version.name, f"{said}: whoever uses it will be refused", LOOK)
    if version.was_used(now):
        return note(version.name, said, LOOK)
    return note(version.name, said, f"firstfive secrets retire {version.name} {version.number}")


def _last_use(version: Version, now: datetime) -> str:
    return f"last used {span(now - version.used_at)} ago" if version.used_at else "not used yet"
