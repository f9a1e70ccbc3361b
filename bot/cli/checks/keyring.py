"""The keyring: there, closed to others, and holding every key that the database needs."""

from collections.abc import Iterator
from contextlib import closing

from bot.cli.checks.database import is_absent
from bot.cli.checks.finding import Finding, note, ok, wrong
from bot.keyring import KeyringError, load
from bot.settings import Settings
from store.db import FAULTS, Database
from store.keys import wrapping_keys

ABOUT = "keyring"


def check(settings: Settings) -> Iterator[Finding]:
    """Read it as a start would."""
    place = "FIRSTFIVE_KEYRING" if settings.keyring.lstrip().startswith("{") else settings.keyring
    needed = _needed(settings)
    try:
        ring = load(settings.keyring)
    except KeyringError as error:
        yield wrong(ABOUT, str(error), f"ls -l {place}")
        return
    if ring is None and needed:
        yield wrong(
            ABOUT,
            f"{place} (FIRSTFIVE_KEYRING) is not there, and the database was sealed with it",
            "FIRSTFIVE_KEYRING=/path/to/your/backup firstfive doctor",
        )
    elif ring is None:
        yield note(ABOUT, f"{place} (FIRSTFIVE_KEYRING) is not there yet; the first start makes it", "firstfive serve")
    elif missing := needed - set(ring.keys):
        yield wrong(ABOUT, f"{place} lacks the key {min(missing)}: restore it from your backup", f"ls -l {place}")
    else:
        yield ok(ABOUT, f"{place} holds the {len(ring.keys)} keys that are needed" if needed else f"{place} is there")


def _needed(settings: Settings) -> set[str]:
    """Return the keys that the database was sealed with; none when it cannot say, which its own check tells."""
    if is_absent(settings.database_url):
        return set()
    try:
        with closing(Database(settings.database_address)) as database, database.read() as db:
            return set(wrapping_keys(db))
    except FAULTS:
        return set()
