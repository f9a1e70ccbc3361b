"""This machine: open files, disk space, and whether the bot answers."""

import json
import resource
import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from bot.cli.checks.finding import Finding, note, ok, wrong
from bot.settings import Settings

FEWEST_FILES = 1024
LEAST_SPACE = 500 << 20  # bytes; below it a database and its write-ahead log come to a stop soon
PATIENCE = 3  # seconds


def check(settings: Settings) -> Iterator[Finding]:
    """Look around."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if 0 <= files < FEWEST_FILES:
        yield wrong(
            "open files", f"this shell allows {files}; busy hours need {FEWEST_FILES}", f"ulimit -n {FEWEST_FILES * 4}"
        )
    else:
        yield ok("open files", f"this shell allows {files}" if files >= 0 else "this shell sets no limit")
    folder = _folder(settings)
    free = shutil.disk_usage(folder).free
    said = f"{free / (1 << 30):.1f} GiB are free at {folder}"
    yield ok("disk", said) if free >= LEAST_SPACE else wrong("disk", said, f"df -h {folder}")
    yield _running(settings.public_url)


def _folder(settings: Settings) -> Path:
    """Return where this machine's data grows: beside a SQLite file, or here."""
    path = (
        Path(settings.database_url.removeprefix("sqlite:///")) if settings.database_url.startswith("sqlite") else Path()
    )
    folder = path.resolve().parent if path.name else Path.cwd()
    return folder if folder.is_dir() else Path.cwd()


def _running(url: str) -> Finding:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=PATIENCE):  # noqa: S310 - settings allow http and https only
            return ok("serve", f"firstfive serve is ready at {url}")
    except urllib.error.HTTPError as answer:
        missing = _missing(answer)
        return wrong("serve", f"{url}/readyz answers {answer.code}: {missing}", "firstfive serve, to see its log")
    except (OSError, ValueError):
        return note("serve", f"nothing answers at {url} (FIRSTFIVE_URL, or host and port)", "firstfive serve")


def _missing(answer: urllib.error.HTTPError) -> str:
    try:
        return ", ".join(json.loads(answer.read())["missing"])
    except (ValueError, KeyError, TypeError):
        return "it is something else than firstfive"
