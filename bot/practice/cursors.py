"""Slack's cursor pages."""

import base64
import binascii
from collections.abc import Sequence
from typing import Any

from bot.practice.forms import Args
from bot.practice.refusal import Json, Refusal

LARGEST_PAGE = 1000


def page(things: Sequence[Any], args: Args, default: int = 100) -> tuple[list[Any], Json]:
    """The part of *things* that the call's limit and cursor ask for, and what the answer says of the next part."""
    limit = args.number("limit", default)
    if not 0 < limit <= LARGEST_PAGE:
        raise Refusal("invalid_limit")
    start = _offset(args.text("cursor"))
    end = start + limit
    more = end < len(things)
    cursor = base64.b64encode(f"next:{end}".encode()).decode() if more else ""
    return list(things[start:end]), {"response_metadata": {"next_cursor": cursor}}


def _offset(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        word, _, number = base64.b64decode(cursor, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise Refusal("invalid_cursor") from error
    if word != "next" or not number.isdigit():
        raise Refusal("invalid_cursor")
    return int(number)
