"""Periods: months, or longer ones where there would be too many to show."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

MOST = 13  # periods beside one another: a year and the month that is not over
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Periods:
    """The months from a moment to *now* as a zone counts them; quarters or years where there are too many months."""

    def __init__(self, first: datetime, now: datetime, zone: ZoneInfo) -> None:
        self._zone, self._length = zone, 1
        start, end = self._month(first), self._month(now)
        for length in (1, 3, 12):
            self._length = length
            if end // length - start // length < MOST:
                break
        self._numbers = range(start // self._length, end // self._length + 1)
        self._starts = [self._start(number) for number in self._numbers]
        self.names: Sequence[str] = [self._name(number) for number in self._numbers]
        """The periods in order, each with its year: "2026-03", "2026 Q1" or "2026"."""

    @property
    def labels(self) -> Sequence[str]:
        """The same, as short as an axis has them: the year stands where it begins."""
        if self._length > 1:
            return [name.replace("20", "’", 1) if self._length == 3 else name for name in self.names]
        months = [number % 12 for number in self._numbers]
        return [_MONTHS[month] if month else f"’{number // 12 % 100:02}" for month, number in self._pairs(months)]

    def of(self, moment: datetime) -> str:
        """Return the period in which a moment lies; one before the first has no name."""
        place = bisect_right(self._starts, moment)
        return self.names[place - 1] if place else ""

    def _start(self, number: int) -> datetime:
        year, month = divmod(number * self._length, 12)
        return datetime(year, month + 1, 1, tzinfo=self._zone).astimezone(UTC)

    def _pairs(self, months: Sequence[int]) -> list[tuple[int, int]]:
        return list(zip(months, self._numbers, strict=True))

    def _month(self, moment: datetime) -> int:
        here = moment.astimezone(self._zone)
        return here.year * 12 + here.month - 1

    def _name(self, number: int) -> str:
        year, rest = divmod(number * self._length, 12)
        if self._length == 12:
            return f"{year}"
        return f"{year} Q{rest // 3 + 1}" if self._length == 3 else f"{year}-{rest + 1:02}"


def months_back(now: datetime, count: int, zone: ZoneInfo) -> datetime:
    """Return when the first of the last *count* months began in a zone, the one that goes on being the last of them."""
    here = now.astimezone(zone)
    year, month = divmod(here.year * 12 + here.month - count, 12)
    return datetime(year, month + 1, 1, tzinfo=zone).astimezone(UTC)
