"""A list that somebody asks for: its words, filters and order, read from the words of an address and written back."""

import base64
import binascii
import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Self
from urllib.parse import urlencode

from bot.core.teams import Team
from store.listing import Filter, Order, Place
from store.types import Severity, Status

LIVE = (Status.INVESTIGATING, Status.IDENTIFIED, Status.MONITORING)
OVER = (Status.RESOLVED, Status.CLOSED)
LONGEST_WORDS = 200  # characters
TESTS = {"only": True, "none": False}

_GROUPS: Mapping[str, Sequence[Status]] = {"live": LIVE, "over": OVER, **{status: (status,) for status in Status}}
_MONTH = re.compile(r"[12][0-9]{3}-(?:0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Listing:
    """What is asked for. ``status`` is "live", "over", a status or "" for all; ``since`` and ``until`` are whole days.

    What cannot be understood is left out: an address that somebody typed shows a list, not an error.
    """

    words: str = ""
    status: str = ""
    severities: tuple[Severity, ...] = ()
    team: str = ""
    since: date | None = None
    until: date | None = None
    tests: str = ""
    mine: bool = False
    order: Order = Order.NEWEST
    after: Place | None = None

    @classmethod
    def asked(cls, query: Collection[tuple[str, str]]) -> Self:
        """Return the list that the words of an address ask for."""
        named = {name: value.strip() for name, value in query}
        words = named.get("q", "")[:LONGEST_WORDS]
        since, until = _day(named.get("from", "")), _day(named.get("to", ""))
        if _MONTH.fullmatch(named.get("month", "")):
            since, until = _month(named["month"])
        order = named.get("sort", "")
        return cls(
            words=words,
            status=named.get("status", "") if named.get("status") in _GROUPS else "",
            severities=tuple(severity for severity in Severity if ("severity", severity.value) in query),
            team=named.get("team", ""),
            since=since,
            until=until,
            tests=named.get("tests", "") if named.get("tests") in TESTS else "",
            mine=named.get("mine") == "1",
            order=Order(order) if order in set(Order) else Order.BEST if words else Order.NEWEST,
            after=_place(named.get("after", "")),
        )

    @property
    def filtered(self) -> bool:
        """Whether anything but the order is asked for."""
        return replace(self, order=Order.NEWEST, after=None) != Listing()

    @property
    def grouped(self) -> bool:
        """Whether what goes on stands apart, before what is over."""
        return not (self.words or self.status or self.after) and self.order is Order.NEWEST

    @property
    def by_match(self) -> bool:
        """Whether the best match comes first: then there is one page."""
        return bool(self.words) and self.order is Order.BEST

    def filter(self, teams: Sequence[Team], status: str | None = None) -> Filter:
        """Return what the store is asked for; *status* takes the place of ours.

        A team's titles name one of its words; ``team_of`` has the last word on whose an incident is.
        """
        of_team = next((team for team in teams if team.name == self.team), None)
        first = of_team is not None and of_team is teams[0]
        return Filter(
            statuses=_GROUPS.get(self.status if status is None else status, ()),
            severities=self.severities,
            opened_from=_begins(self.since),
            opened_before=_begins(self.until + timedelta(days=1)) if self.until and self.until < date.max else None,
            titled=() if of_team is None or first else (of_team.name, *of_team.services),
            tests=TESTS.get(self.tests),
            mine=self.mine,
        )

    def query(self, **changes: Any) -> str:
        """Return the words of an address that ask for this list, with changes. The first page, unless told where."""
        wish = replace(self, **{"after": None, **changes})
        default = Order.BEST if wish.words else Order.NEWEST
        pairs = [
            ("q", wish.words),
            ("status", wish.status),
            *(("severity", severity.value) for severity in wish.severities),
            ("team", wish.team),
            ("from", wish.since.isoformat() if wish.since else ""),
            ("to", wish.until.isoformat() if wish.until else ""),
            ("tests", wish.tests),
            ("mine", "1" if wish.mine else ""),
            ("sort", "" if wish.order is default else wish.order.value),
            ("after", cursor(wish.after) if wish.after else ""),
        ]
        return urlencode([(name, value) for name, value in pairs if value])


def cursor(place: Place) -> str:
    """Return a place as one word of an address."""
    told = json.dumps([place.severity, place.opened_at.isoformat(), place.number], separators=(",", ":"))
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def _place(word: str) -> Place | None:
    """Return the place that a cursor names; None when it is none of ours, which is the first page."""
    try:
        severity, at, number = json.loads(base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)))
        opened_at = datetime.fromisoformat(at)
        return Place(Severity(severity), opened_at.astimezone(UTC), int(number)) if opened_at.tzinfo else None
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error):
        return None


def _day(word: str) -> date | None:
    try:
        return date.fromisoformat(word)
    except ValueError:
        return None


def _month(word: str) -> tuple[date, date]:
    first = date.fromisoformat(f"{word}-01")
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _begins(day: date | None) -> datetime | None:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) if day else None
