"""The database: reachable, at the newest revision, with the tables that this version expects."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from bot.cli.checks.finding import Finding, note, ok, wrong
from bot.log import masked
from bot.settings import Settings
from store import tables  # noqa: F401 - every row must be known before the tables are compared
from store.db import FAULTS, Database, newest_revision

ABOUT = "database"


def check(settings: Settings) -> Iterator[Finding]:
    """Connect, without changing anything."""
    shown = masked(settings.database_url)
    if is_absent(settings.database_url):
        yield note(ABOUT, f"{shown} (DATABASE_URL) is not there yet; the first start makes it", "firstfive db upgrade")
        return
    try:
        with closing(Database(settings.database_address)) as database:
            yield from _standing(database, shown)
    except FAULTS as fault:
        cause = str(getattr(fault, "orig", None) or fault).strip().splitlines()[0]
        yield wrong(ABOUT, f"{shown} (DATABASE_URL) cannot be used: {masked(cause)}", "DATABASE_URL=… firstfive doctor")


def _standing(database: Database, shown: str) -> Iterator[Finding]:
    at, newest = database.revision(), newest_revision()
    if not database.fits():
        yield wrong(ABOUT, f"{shown} is at revision {at}, and the newest is {newest}", "firstfive db upgrade")
        return
    if database.is_newer():
        yield note(ABOUT, f"{shown} was upgraded to {at} by newer code, and serves this one too", "firstfive --version")
        return
    yield ok(ABOUT, f"{shown} answers, at the newest revision {newest}")
    if differences := database.drift():
        yield wrong(ABOUT, f"{len(differences)} tables or columns differ from this version's", "firstfive db check")


def is_absent(url: str) -> bool:
    """Whether a SQLite file is not there; connecting would make it."""
    return url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists()
