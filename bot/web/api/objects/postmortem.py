"""Postmortems, findings and reviews as the API tells them."""

from pydantic import Field

from bot.core.rulebook import Category, Level
from bot.web.api.objects.told import Account, Key, Moment, Told
from store.types import FeedKind, PostmortemState, Severity


class Postmortem(Told):
    """Where a postmortem stands."""

    key: Key
    title: str
    severity: Severity
    private: bool
    test: bool
    state: PostmortemState
    owner: Account | None
    due_at: Moment | None
    created_at: Moment
    published_at: Moment | None


class Version(Told):
    """What a postmortem said at one time."""

    number: int
    created_at: Moment
    text: str = Field(description="Markdown.")


class Finding(Told):
    """One thing that the checker would change. `firstfive lint --json` prints the same, with the file."""

    line: int
    column: int
    rule: str = Field(examples=["should-have"])
    category: Category
    severity: Level
    sentence: str
    why: str
    rewrite: str
    overruled: str | None = Field(description="The reason that an author gave for leaving it.")


class Findings(Told):
    """What the checker says of a text, in reading order."""

    findings: list[Finding]


class Written(Told):
    """The version that was written."""

    key: Key
    version: int


class Review(Told):
    """When an incident is talked about."""

    key: Key
    title: str
    private: bool
    at: Moment
    facilitator: Account | None = Field(description="Who leads it: somebody who took no part, if there is one.")
    booked_at: Moment


class Proposal(Told):
    """A time when most who took part are at work."""

    key: Key
    at: Moment
    present: int = Field(description="How many of those invited are at work then.")
    invited: int


class Feed(Told):
    """A subscription. Whoever has its link sees what the subscriber may see."""

    id: int
    kind: FeedKind
    made_at: Moment
    url: str = Field(examples=["https://firstfive.example.com/feeds/reviews.ics?feed=3&key=…"])
