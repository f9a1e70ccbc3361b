"""Who comes in on the web, as the settings say it."""

import re

from store.types import WebRole

_ADMIN = re.compile(r"[UW][A-Z0-9]{5,20}|[^@\s,]+@[^@\s,]+\.[^@\s,]+")


def role(text: str) -> WebRole:
    """Read the role that every member of the workspace has."""
    try:
        return WebRole(text.lower())
    except ValueError:
        raise ValueError(f"it is one of {', '.join(WebRole)}.") from None


def admins(text: str) -> tuple[str, ...]:
    """Read who is an admin whatever else is said: Slack user ids and addresses, with commas between."""
    words = [word.strip() for word in text.split(",") if word.strip()]
    for word in words:
        if not _ADMIN.fullmatch(word):
            raise ValueError(f"{word!r} is neither a Slack user id, such as U02AB34CD, nor an address.")
    return tuple(word.lower() if "@" in word else word for word in words)


def per_minute(text: str) -> int:
    """Read how often one token may call the API."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 1_000_000:
        raise ValueError("it is a number of calls from 1 to 1000000.")
    return int(text)
