"""Teams: who is told about which incidents, where, in which zone, and who leads them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

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
    return next((team for team in teams if _names(incident.title, team)), teams[0])


def _names(title: str, team: Team) -> bool:
    words = "|".join(re.escape(word) for word in (team.name, *team.services))
    return re.search(rf"(?<!\w)(?:{words})(?!\w)", title, re.IGNORECASE) is not None
