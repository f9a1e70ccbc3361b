"""Times on a command line: 2026-03-10T03:00Z, or 90m, 6h, 3d before now."""

import re
from datetime import UTC, datetime, timedelta

import click

_AGO = re.compile(r"([0-9]{1,5})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class Moment(click.ParamType[datetime | timedelta]):
    """A time, or how long ago it was; ``moment`` makes one time of either."""

    name = "time"

    def convert(
        self, value: str | datetime | timedelta, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime | timedelta:
        if not isinstance(value, str):
            return value
        if ago := _AGO.fullmatch(value.strip()):
            return timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        try:
            at = datetime.fromisoformat(value.strip())
        except ValueError:
            self.fail(f"{value!r} is no time. Write 6h for six hours ago, or 2026-03-10T03:00Z.", param, ctx)
        if at.tzinfo is None:
            at_utc = at.replace(tzinfo=UTC).isoformat(timespec="minutes").replace("+00:00", "Z")
            self.fail(f"{value!r} has no time zone. If it is UTC, write {at_utc}.", param, ctx)
        return at


def moment(typed: datetime | timedelta | None, now: datetime) -> datetime | None:
    """Return the time that was typed, in UTC."""
    return now - typed if isinstance(typed, timedelta) else typed and typed.astimezone(UTC)
