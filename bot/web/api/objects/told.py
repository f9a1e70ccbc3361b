"""What every object and every page of a list has in common, and what is told when something cannot be done."""

from datetime import datetime
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

Item = TypeVar("Item")

Key = Annotated[str, Field(description="What people call the incident.", examples=["INC-7"])]
Account = Annotated[
    str, Field(description="A Slack user id, or `shell:ana` for somebody at a shell.", examples=["U02AB34CD"])
]
Moment = Annotated[datetime, Field(description="ISO 8601, in UTC.", examples=["2026-11-24T03:12:00Z"])]


class Told(BaseModel):
    """An object with exactly these fields."""

    model_config = ConfigDict(extra="forbid")


class Page(Told, Generic[Item]):
    """One page of a list."""

    items: list[Item]
    next: str | None = Field(description="The cursor of the next page; null on the last.", examples=[None])


class Fault(Told):
    """One thing that is wrong with what was sent."""

    where: str = Field(description="Such as `body.text` or `query.limit`.", examples=["body.text"])
    what: str = Field(examples=["String should have at most 3000 characters"])


class Problem(Told):
    """Why something cannot be done, as RFC 9457 lays it out."""

    type: str = Field(examples=["about:blank"])
    title: str = Field(examples=["Not there"])
    status: int = Field(examples=[404])
    detail: str = Field(description="What to do about it.", examples=["There is no incident INC-9."])
    faults: list[Fault] | None = Field(None, description="With 422: each field that is wrong.")
