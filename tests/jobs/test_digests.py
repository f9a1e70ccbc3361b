"""Digests: each once, at nine in the morning where its team is, on a day when people work there.

Twelve teams live through two years in twelve zones, while the bot is restarted, replaced and absent at random.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from holidays import HolidayBase, country_holidays

from bot.core.teams import Team
from bot.flows.add_action import add_action
from bot.flows.send_digests import send_digests
from bot.house import House
from bot.jobs.table import LOOK, Job
from bot.jobs.timer import Timer
from bot.settings import read_settings
from store.db import Database
from tests.home import Home

PLACES = {
    "kathmandu": ("Asia/Kathmandu", "NP"),  # 5:45 ahead
    "kolkata": ("Asia/Kolkata", "IN"),  # 5:30 ahead
    "tehran": ("Asia/Tehran", "IR"),  # another weekend
    "lordhowe": ("Australia/Lord_Howe", "AU-NSW"),  # half an hour of summer time
    "adelaide": ("Australia/Adelaide", "AU-SA"),
    "chatham": ("Pacific/Chatham", "NZ-CIT"),  # 12:45 ahead, 13:45 in summer
    "casablanca": ("Africa/Casablanca", "MA"),  # clocks go back for Ramadan
    "santiago": ("America/Santiago", "CL"),  # clocks change at midnight, the southern way
    "stjohns": ("America/St_Johns", "CA-NL"),
    "newyork": ("America/New_York", "US-NY"),
    "madrid": ("Europe/Madrid", "ES-MD"),
    "tokyo": ("Asia/Tokyo", "JP"),
}
A_DAY = timedelta(days=1)
QUARTER = timedelta(minutes=15)


@dataclass(frozen=True)
class Place:
    """Where a team is, as its wall calendar and its clock tell: nothing of ours has a part in it."""

    zone: ZoneInfo
    holidays: HolidayBase

    def works_on(self, day: date) -> bool:
        return bool(self.holidays.is_working_day(day))

    def works_at(self, moment: datetime) -> bool:
        shows = moment.astimezone(self.zone)
        return time(9) <= shows.time() < time(18) and self.works_on(shows.date())

    def nine(self, day: date) -> datetime:
        """Return when the clock there first shows nine on a day."""
        moment = datetime.combine(day, time(), UTC) - A_DAY
        while moment.astimezone(self.zone).replace(tzinfo=None) != datetime.combine(day, time(9)):
            moment += QUARTER
        return moment

    def due(self, since: date, until: date) -> Iterator[datetime]:
        """Yield when a digest is due: nine on each Monday, or on the first working day after it."""
        monday = since + timedelta(days=-since.weekday() % 7)
        last = None
        while monday < until:
            day = monday
            while not self.works_on(day):
                day += A_DAY
            if day != last:
                yield self.nine(day)
            monday, last = monday + 7 * A_DAY, day


def place(team: str, years: range) -> Place:
    zone, country = PLACES[team]
    code, _, part = country.partition("-")
    return Place(ZoneInfo(zone), country_holidays(code, subdiv=part or None, years=years))


def teams(folder: Path) -> tuple[Team, ...]:
    """The twelve teams, as a file of settings names them."""
    tables = (
        f'[team.{name}]\nchannel = "{name}"\nzone = "{zone}"\ncountry = "{country}"\n'
        for name, (zone, country) in PLACES.items()
    )
    (folder / "firstfive.toml").write_text("\n".join(tables))
    return read_settings({}, folder).teams


async def live(
    home: Home, places: dict[str, Place], since: datetime, until: datetime, seed: int, rarely: float
) -> list[datetime]:
    """Let the time pass from one nine o'clock to the next; return when anybody looked whether a digest is due.

    *rarely* is how often nobody looks on a day that is no Monday.
    """
    chance, day, looked, away = random.Random(seed), since.date(), list[datetime](), since
    leaders = timers(home)
    while day < until.date():
        for moment in sorted({where.nine(day) for where in places.values()}):
            if day.weekday() and chance.random() < rarely:
                continue
            if chance.random() < 0.02:
                away = moment + timedelta(hours=chance.uniform(0.1, 40))  # Nothing runs for that long.
            if chance.random() < 0.01:
                leaders = restarted(home)
            around = chance.sample(
                [timedelta(seconds=-1), timedelta(minutes=chance.uniform(1, 30))], chance.choice([0, 1])
            )
            for when in sorted(moment + step for step in (timedelta(), *around)):
                if when >= max(away, home.clock.now()):
                    home.clock.pass_(seconds=(when - home.clock.now()).total_seconds())
                    await asyncio.gather(
                        *(leader.beat() for leader in chance.choices(leaders, k=chance.choice([1, 2])))
                    )
                    looked.append(when)
        day += A_DAY
    return looked


def timers(home: Home) -> list[Timer]:
    """Return the timers of three replicas, of which one leads at a time."""
    job = Job("send digests", LOOK, send_digests)
    return [Timer(home.house, name, [job], timedelta(seconds=30)) for name in ("one", "two", "three")]


def restarted(home: Home) -> list[Timer]:
    """Stop every process and start again: all that is known stands in the database."""
    rules = home.house.rules
    home.house.close()
    home.house = House(Database(home.url), home.clock, home.keyring, rules)
    return timers(home)


async def prove(home: Home, folder: Path, since: datetime, days: int, seed: int, rarely: float = 0) -> int:
    """Hold every digest of a span against the wall calendar, and return how many there were."""
    until = since + days * A_DAY
    home.house.rules = replace(home.rules, teams=teams(folder))
    places = {name: place(name, range(since.year, until.year + 1)) for name in PLACES}
    home.clock.pass_(seconds=(since - home.clock.now()).total_seconds())
    for name in PLACES:
        key = await home.open(f"{name} is down")
        await home.do(add_action, home.request(), f"look at {name}", key=key)
    looked = await live(home, places, since, until, seed, rarely)
    sent: dict[str, list[datetime]] = {name: [] for name in PLACES}
    for effect in await home.effects("slack.digest"):
        sent[effect.args["team"]].append(effect.created_at)
    for name, where in places.items():
        due = [at for at in where.due(since.date() + A_DAY, until.date()) if at <= looked[-1]]
        at_work = [at for at in looked if where.works_at(at)]
        expected = [next((at for at in at_work if at >= moment), None) for moment in due]
        assert sent[name] == [at for at in expected if at], name
        assert all(where.works_on(at.astimezone(where.zone).date()) for at in sent[name]), name
        on_time = Counter(at.astimezone(where.zone).time() for at in sent[name])
        assert on_time.most_common(1)[0][0] == time(9), name
    return sum(map(len, sent.values()))


async def test_each_digest_comes_once_at_nine_where_its_team_is_and_never_on_a_day_off(
    small_home: Home, tmp_path: Path
) -> None:
    """Seven weeks in which the clocks change in Morocco for Ramadan, in America, in Europe and in the south."""
    assert await prove(small_home, tmp_path, datetime(2027, 2, 3, tzinfo=UTC), 62, 1, rarely=0.7) > 12 * 8


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_each_digest_of_two_years_comes_once_at_nine_where_its_team_is(
    home: Home, tmp_path: Path, seed: int
) -> None:
    assert await prove(home, tmp_path, datetime(2026, 12, 2, tzinfo=UTC), 731, seed) > 12 * 100
