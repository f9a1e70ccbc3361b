"""Variables: what a setting that is one value may hold. Each parser raises ValueError and says what to write."""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot import admission, outside
from bot.password import PasswordCommand


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 <= int(text) < 65536:
        raise ValueError("a port is a number from 0 to 65535.")
    return int(text)


def _web_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("write it in full, such as https://firstfive.example.com")
    return text


def _database(text: str) -> str:
    if not text.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError("it begins with sqlite:/// or postgresql+psycopg://")
    return text


def _zone(text: str) -> str:
    try:
        return ZoneInfo(text).key
    except (KeyError, OSError, ValueError):
        raise ValueError("no such time zone. Name one such as Europe/Madrid.") from None


def _folder(text: str) -> Path:
    path = Path(text)
    if not path.is_dir():
        raise ValueError("there is no such folder.")
    return path


def _yes_or_no(text: str) -> bool:
    if text.lower() not in ("yes", "no", "true", "false"):
        raise ValueError("it is yes or no.")
    return text.lower() in ("yes", "true")


def _hours(text: str) -> timedelta:
    try:
        hours = timedelta(hours=float(text))
    except (ValueError, OverflowError):
        hours = timedelta(-1)
    if not timedelta() <= hours <= timedelta(days=365):
        raise ValueError("it is a number of hours, such as 24 or 0.5.")
    return hours


def _settle(text: str) -> timedelta:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 3600:
        raise ValueError("it is a number of seconds from 1 to 3600.")
    return timedelta(seconds=int(text))


def _project_key(text: str) -> str:
    if not re.fullmatch(r"[A-Z][A-Z0-9_]*", text):
        raise ValueError("write the project's key, such as OPS: the letters before the number of its issues.")
    return text


def _format(text: str) -> str:
    if text not in ("console", "json"):
        raise ValueError("it is console or json.")
    return text


PARSERS: Mapping[str, Callable[[str], Any]] = {
    "DATABASE_URL": _database,
    "DATABASE_PASSWORD_COMMAND": PasswordCommand.read,
    "SLACK_API_URL": lambda text: _web_url(text).rstrip("/") + "/",
    "JIRA_URL": _web_url,
    "JIRA_BROWSE_URL": _web_url,
    "JIRA_PROJECT": _project_key,
    "JIRA_SETTLE_SECONDS": _settle,
    "JIRA_POLL_SECONDS": _settle,
    "FIRSTFIVE_URL": _web_url,
    "FIRSTFIVE_PORT": _port,
    "FIRSTFIVE_OVERRIDES": _folder,
    "FIRSTFIVE_ANNOUNCE_CHANNEL": lambda text: text.lstrip("#"),
    "FIRSTFIVE_WEBHOOKS_TO_LOOPBACK": _yes_or_no,
    "FIRSTFIVE_SECRET_OVERLAP": _hours,
    "FIRSTFIVE_TIMEZONE": _zone,
    "FIRSTFIVE_LOG_FORMAT": _format,
    "FIRSTFIVE_WEB_ROLE": admission.role,
    "FIRSTFIVE_ADMINS": admission.admins,
    "FIRSTFIVE_API_PER_MINUTE": admission.per_minute,
    **outside.PARSERS,
}
