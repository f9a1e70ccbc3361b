"""Teams as ``firstfive.toml`` names them. The only user of the holidays library, which knows when a country is off."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from functools import cache, partial
from typing import Any
from zoneinfo import ZoneInfo

from bot.core.marked_yaml import nearest
from bot.core.slots import Schedule, Weekday, weekly
from bot.core.teams import MONDAYS, Team
from bot.core.workdays import BEGINS, ENDS, Calendar, DaysOff, is_weekend

KEYS = ("channel", "zone", "country", "lead", "services", "digest")

_ACCOUNT = re.compile(r"[UW][A-Z0-9]{5,20}")
_DIGEST = re.compile(r"(\w+) (\d\d):(\d\d)")


def read_teams(tables: Any, default: Team, problems: list[str]) -> tuple[Team, ...]:
    """Read ``[team.payments]`` tables in their order; what one leaves out is as in *default*, which is all there is
    when there are none. What is wrong is added to *problems*, with the fix."""
    if not isinstance(tables, Mapping) or not all(isinstance(table, Mapping) for table in tables.values()):
        problems.append("firstfive.toml: team is a table for each team. Begin one with [team.payments].")
        return (default,)
    teams = [_team(name, table, default, problems) for name, table in tables.items()]
    return tuple(teams) or (default,)


def _team(name: str, table: Mapping[str, Any], default: Team, problems: list[str]) -> Team:
    values: dict[str, Any] = {}
    for key, given in table.items():
        try:
            if key not in KEYS:
                raise ValueError(f"{key!r} is unknown. {nearest(key, list(KEYS))}")
            values[key] = _READERS[key](given)
        except ValueError as mistake:
            problems.append(f"firstfive.toml: [team.{name}] {mistake}")
    return Team(
        name=name,
        channel=values.get("channel", default.channel),
        calendar=Calendar(values.get("zone", default.calendar.zone), values.get("country", is_weekend)),
        lead=values.get("lead"),
        services=values.get("services", ()),
        digest=values.get("digest", MONDAYS),
    )


def _channel(given: Any) -> str:
    if not isinstance(given, str) or not given.strip("# "):
        raise ValueError('channel is a channel\'s name, such as "payments".')
    return given.lstrip("#")


def _zone(given: Any) -> ZoneInfo:
    try:
        return ZoneInfo(given)
    except (KeyError, OSError, ValueError, TypeError):
        raise ValueError(f"zone={given!r}: no such time zone. Name one such as Europe/Madrid.") from None


def _country(given: Any) -> DaysOff:
    """Read a country, such as ES, or one with a part of it, such as ES-MD: the codes of ISO 3166."""
    from holidays import list_supported_countries

    known = list_supported_countries(include_aliases=False)
    country, _, part = str(given).partition("-")
    if country not in known:
        raise ValueError(
            f"country={given!r} is not known. Write its two letters, such as ES, or ES-MD for a part of it."
        )
    if part and part not in known[country]:
        parts = ", ".join(known[country]) or "none"
        raise ValueError(f"country={given!r}: {country} has no such part with holidays of its own. There are: {parts}.")
    return partial(_is_off, country, part or None)


def _is_off(country: str, part: str | None, day: date) -> bool:
    return day in _days_off(country, part, day.year)


@cache
def _days_off(country: str, part: str | None, year: int) -> frozenset[date]:
    """Return every day of a year on which a country does not work: weekends as it has them, and public holidays."""
    from holidays import country_holidays

    calendar = country_holidays(country, subdiv=part, years=year)
    days = (date(year, 1, 1) + timedelta(days=count) for count in range(366))
    return frozenset(day for day in days if day.year == year and not calendar.is_working_day(day))


def _lead(given: Any) -> str:
    if not isinstance(given, str) or not _ACCOUNT.fullmatch(given):
        raise ValueError(f"lead={given!r} is no Slack user id. In Slack: profile, More, Copy member ID.")
    return given


def _services(given: Any) -> tuple[str, ...]:
    if not isinstance(given, Sequence) or isinstance(given, str) or not all(isinstance(w, str) and w for w in given):
        raise ValueError('services is a list of words, such as ["checkout", "card payments"].')
    return tuple(given)


def _digest(given: Any) -> Schedule:
    match = _DIGEST.fullmatch(str(given).lower())
    days = {day.name.lower(): day for day in Weekday}
    if match and match[1] in days and int(match[2]) < 24 and int(match[3]) < 60:
        at = time(int(match[2]), int(match[3]))
        if BEGINS <= at < ENDS:
            return weekly(days[match[1]], at)
    raise ValueError(f'digest={given!r}: write a day and a time from 09:00 to 17:59, such as "monday 09:00".')


_READERS = {
    "channel": _channel,
    "zone": _zone,
    "country": _country,
    "lead": _lead,
    "services": _services,
    "digest": _digest,
}
