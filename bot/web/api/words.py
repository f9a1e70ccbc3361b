"""What is asked of the API in many places: an incident's key, a number, an account, a text."""

from datetime import datetime
from typing import Annotated

from fastapi import Path
from pydantic import AfterValidator, AwareDatetime, Field

from bot.core.cursors import LARGEST
from bot.flows.take_note import LONGEST

ACCOUNT = r"^([UW][A-Z0-9]{5,20}|shell:[A-Za-z0-9_.-]{1,64})$"
SEEN = r"\S"  # a text has something in it to read

Key = Annotated[str, Path(pattern=r"^(INC-|inc-)?[0-9]{1,9}$", description="INC-7, inc-7 or 7.", examples=["INC-7"])]
Number = Annotated[int, Path(ge=1, le=LARGEST, examples=[1])]
Account = Annotated[
    str,
    Field(
        pattern=ACCOUNT, description="A Slack user id, or `shell:ana` for somebody at a shell.", examples=["U02AB34CD"]
    ),
]
Text = Annotated[str, Field(min_length=1, max_length=LONGEST, pattern=SEEN, examples=["error rate is 48 %"])]


def _near(moment: datetime) -> datetime:
    if not 1970 <= moment.year <= 2100:
        raise ValueError("a time between 1970 and 2100")
    return moment


Time = Annotated[AwareDatetime, AfterValidator(_near), Field(examples=["2026-11-24T03:12:00Z"])]
