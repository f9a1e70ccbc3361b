"""Changes from anything that can post JSON: a deploy script, a pipeline without a sender of its own."""

import json
from datetime import datetime
from typing import Any

from bot.core.changes import Change, ChangeKind
from bot.core.intake import Malformed
from bot.core.wording import kept, on_one_line

LONGEST = 500  # characters of a field
TEXTS = ("service", "by", "url", "incident")


def parse(body: bytes) -> list[Change]:
    """Read ``{"what", "kind"?, "at"?, "service"?, "by"?, "url"?, "incident"?}``, or raise Malformed."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        raise Malformed("the body is not JSON") from None
    if not isinstance(content, dict):
        raise Malformed("the body is one JSON object")
    what = _text(content, "what")
    if not what:
        raise Malformed('"what" says what was changed, such as "v42 to production"')
    service, by, url, key = (_text(content, name) for name in TEXTS)
    if url and not url.startswith(("https://", "http://")):
        raise Malformed('"url" begins with https://')
    return [Change(_kind(content), what, _time(content), service, by, url, key)]


def _text(content: dict[str, Any], name: str) -> str:
    value = content.get(name, "")
    if not isinstance(value, str) or len(value) > LONGEST:
        raise Malformed(f'"{name}" is a text of up to {LONGEST} characters')
    return on_one_line(kept(value))


def _kind(content: dict[str, Any]) -> ChangeKind:
    value = content.get("kind", ChangeKind.OTHER)
    if value not in list(ChangeKind):
        raise Malformed(f'"kind" is one of {", ".join(ChangeKind)}')
    return ChangeKind(value)


def _time(content: dict[str, Any]) -> datetime | None:
    if "at" not in content:
        return None
    try:
        at = datetime.fromisoformat(content["at"])
    except (TypeError, ValueError):
        raise Malformed('"at" is a time such as 2026-03-10T03:12:00Z') from None
    if at.tzinfo is None:
        raise Malformed('"at" names its zone, such as 2026-03-10T03:12:00Z')
    return at
