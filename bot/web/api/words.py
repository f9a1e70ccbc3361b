"""What is asked of the API in many places: an incident's key, a number, an account, a text."""

import re
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Path
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field

from bot.core.cursors import LARGEST
from bot.flows.take_note import LONGEST

ACCOUNT = r"^([UW][A-Z0-9]{5,20}|shell:[A-Za-z0-9_.-]{1,64})$"
FIRST, LAST = date(1970, 1, 1), date(2100, 12, 31)
SEEN = r"\S"  # a text has something in it to read

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[Tt ]|$)")

Key = Annotated[str, Path(pattern=r"^(INC-|inc-)?[0-9]{1,9}$", description="INC-7, inc-7 or 7.", examples=["INC-7"])]
Number = Annotated[int, Path(ge=1, le=LARGEST, examples=[1])]
Account = Annotated[
    str,
    Field(
        pattern=ACCOUNT, description="A Slack user id, or `shell:ana` for somebody at a shell.", examples=["U02AB34CD"]
    ),
]
Text = Annotated[str, Field(min_length=1, max_length=LONGEST, pattern=SEEN, examples=["error rate is 48 %"])]


def _written(value: Any) -> Any:
    """Refuse a bare number, which would be read as seconds since 1970."""
    if isinstance(value, str) and not _ISO.match(value):
        raise ValueError("a time in ISO 8601, such as 2026-11-24T03:12:00Z")
    if isinstance(value, int | float):
        raise ValueError("a time in ISO 8601, as a text")
    return value


def _near(moment: datetime) -> datetime:
    if not 1970 <= moment.year <= 2100:
        raise ValueError("a time between 1970 and 2100")
    return moment


Time = Annotated[
    AwareDatetime, BeforeValidator(_written), AfterValidator(_near), Field(examples=["2026-11-24T03:12:00Z"])
]
Day = Annotated[date, BeforeValidator(_written), Field(ge=FIRST, le=LAST, examples=["2026-11-24"])]
