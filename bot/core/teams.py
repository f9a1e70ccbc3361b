"""Teams: who is told about which incidents, where, in which zone, and who leads them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from bot.core.slots import Schedule, Weekday, weekly
from bot.core.workdays import BEGINS, Calendar
from store.incidents import Incident

MONDAYS = weekly(Weekday.MONDAY, BEGINS)


@dataclass(frozen=True, slots=True)
class Team:
    """One team. *services* are what its incidents are about, *lead* the account of whoever hears what stays undone."""

    name: str
    channel: str
    calendar: Calendar = field(default_factory=Calendar)
    lead: str | None = None
    services: tuple[str, ...] = ()
    digest: Schedule = MONDAYS


def team_of(teams: Sequence[Team], incident: Incident) -> Team:
    """Return the first team whose name or one of whose services the incident's title names; otherwise the first.

    What an action item or a postmortem belongs to is what its incident belongs to.
    """
    return team_titled(teams, incident.title)


def team_titled(teams: Sequence[Team], title: str) -> Team:
    """Return the team of an incident of which no more than its title is known."""
    return teams[0] if len(teams) == 1 else team_named(teams, title) or teams[0]


def team_named(teams: Sequence[Team], text: str) -> Team | None:
    """Return the first team whose name or one of whose services a text names, or None."""
    return next((team for team in teams if names(text, team.name, *team.services)), None)


def names(text: str, *words: str) -> bool:
    """Whether one of these words stands in a text, as a whole word."""
    return any(words) and _words(tuple(filter(None, words))).search(text) is not None


@lru_cache(1000)
def _words(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)", re.IGNORECASE)


NO_SERVICE = "no service named"


def services(teams: Sequence[Team]) -> tuple[str, ...]:
    """Return the services of all teams, each once, in the order of the settings."""
    return tuple(dict.fromkeys(service for team in teams for service in team.services))


def service_titled(known: tuple[str, ...], title: str) -> str:
    """Return the first service that a title names, or ``NO_SERVICE``."""
    found = _words(known).search(title) if known else None
    return next((each for each in known if found and each.casefold() == found[0].casefold()), NO_SERVICE)
