"""One structured line for each event, with secrets masked. Personal text is never logged: rows hold references."""

import json
import logging
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime

SHORTEST = 8  # letters of a secret that is looked for; shorter ones are parts of words
_SECRET = re.compile(
    r"(xox[abeprs]-|xapp-|whsec_|ATATT3x)[A-Za-z0-9+/=_-]+"
    r"|((?:Bearer|Basic)\s+)[^\s\"'<>,;]+"
    r"|(postgresql\S*://[^:/\s]+:)[^@\s]+"
    r"|(\"(?:[a-z_-]*token|[a-z_-]*secret|password|api[_-]?key|authorization)\"\s*:\s*\")[^\"]+",
    re.IGNORECASE,
)
_held: set[str] = set()
_holding = re.compile("(?!)")


class _Line(logging.Formatter):
    """Formats a record as text for people or JSON for machines."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self._json = form == "json"

    def format(self, record: logging.LogRecord) -> str:
        message = record.getMessage()
        if record.exc_info:
            message = f"{message}\n{self.formatException(record.exc_info)}"
        message = masked(message)
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        if not self._json:
            return f"{at} {record.levelname.lower():7} {record.name}: {message}"
        return json.dumps({"at": at, "level": record.levelname.lower(), "logger": record.name, "message": message})


def masked(text: str) -> str:
    """Return text with tokens, signing secrets and passwords blacked out: by their form, and all that we hold."""
    text = _SECRET.sub(lambda match: f"{match[match.lastindex or 1]}***", text)
    return _holding.sub("***", text)


def conceal(secrets: Iterable[str]) -> None:
    """Black out these secrets from now on, wherever they would be logged."""
    global _holding
    fresh = {secret for secret in secrets if len(secret) >= SHORTEST} - _held
    if fresh:
        _held.update(fresh)
        _holding = re.compile("|".join(re.escape(secret) for secret in sorted(_held, key=len, reverse=True)))


def configure(form: str) -> None:
    """Send every log line to standard error in one form: "console" or "json"."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Line(form))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for noisy in (
        "slack_bolt",
        "slack_sdk",
        "slackclient",
        "apscheduler",
        "aiohttp.access",
        "alembic",
        "uvicorn.access",
    ):
        logging.getLogger(noisy).setLevel(logging.WARNING)
