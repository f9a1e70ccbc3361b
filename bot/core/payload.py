"""Payloads: reading JSON that somebody else wrote, of which nothing is sure but that it is JSON."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.core.intake import Malformed
from bot.core.wording import kept, on_one_line, shortened

LONGEST = 500  # characters of a field that are kept
_SECONDS = 10**11  # a number above it counts milliseconds: as seconds it would be the year 5138
_ZONE = re.compile(r" ([+-]\d{2}:?\d{2})$")  # GitLab sets it apart
_BEGIN = datetime(2000, 1, 1, tzinfo=UTC)  # what is before it stands for "not yet"


def json_object(body: bytes) -> dict[str, Any]:
    """Return the one JSON object that a body is, or raise Malformed."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        raise Malformed("the body is not JSON") from None
    if not isinstance(content, dict):
        raise Malformed("the body is one JSON object")
    return content


def within(content: Any, *path: str | int) -> Any:
    """Return what stands at a place, or None."""
    for key in path:
        if isinstance(content, dict) and isinstance(key, str):
            content = content.get(key)
        elif isinstance(content, list) and isinstance(key, int) and key < len(content):
            content = content[key]
        else:
            return None
    return content


def said(content: Any, *path: str | int) -> str:
    """Return the text at a place on one line, cut where it is endless; "" when there is none. A number is a text."""
    found = within(content, *path)
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        return ""
    return shortened(on_one_line(kept(str(found))), LONGEST)


def first_said(content: Any, *names: str) -> str:
    """Return the first text among fields of these names."""
    return next((text for name in names if (text := said(content, name))), "")


def listed(content: Any, *path: str | int) -> list[Any]:
    """Return the list at a place, or an empty one."""
    found = within(content, *path)
    return found if isinstance(found, list) else []


def words(content: Any, *path: str | int) -> Mapping[str, str]:
    """Return the object at a place as texts by their names."""
    found = within(content, *path)
    return {str(key): said(found, key) for key in found} if isinstance(found, dict) else {}


def moment(content: Any, *path: str | int) -> datetime | None:
    """Return the time at a place: ISO 8601 with its zone, or a number of seconds or milliseconds since 1970."""
    found = within(content, *path)
    try:
        if isinstance(found, str) and not found.strip().isdigit():
            at = datetime.fromisoformat(_ZONE.sub(r"\1", found.strip().replace(" UTC", "+00:00")))
        else:
            number = float(found)
            at = datetime.fromtimestamp(number / 1000 if number > _SECONDS else number, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None
    return at if at.tzinfo is not None and at >= _BEGIN else None


def address(content: Any, *path: str | int) -> str:
    """Return the web address at a place; "" for anything else, which nobody should be led to."""
    found = said(content, *path)
    return found if found.startswith(("https://", "http://")) and " " not in found and "…" not in found else ""
