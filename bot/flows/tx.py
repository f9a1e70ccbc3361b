"""What a flow is given: an open transaction, the time, the keyring, and the rules in force."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.core.access import Admission
from bot.core.alerts import NONE_OPENS, Alerting
from bot.core.checklists import Checklist
from bot.core.homes import NOWHERE, Homes
from bot.core.keyring import Keyring
from bot.core.rulebook import Finding
from bot.core.severities import DEFAULTS, Demands
from bot.core.teams import Team
from bot.core.tickets import EVERY


@dataclass(frozen=True, slots=True)
class Rules:
    """What those who run it may decide. ``zone`` is where days begin; there is at least one of ``teams``.

    ``checked`` returns what speaks against publishing a postmortem in Markdown; ``jira_every`` is between two readings
    of what was changed in Jira.
    ``admission`` says who comes in as what on the web, ``homes`` what is set up outside of Slack and Jira.
    """

    demands: Demands = field(default_factory=lambda: DEFAULTS)
    checklists: Callable[[], Mapping[str, Checklist]] = dict
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    checked: Callable[[str], list[Finding]] = lambda _: []
    teams: tuple[Team, ...] = (Team("everyone", "incidents"),)
    jira_every: timedelta = EVERY
    alerting: Alerting = NONE_OPENS
    admission: Admission = field(default_factory=Admission)
    homes: Homes = NOWHERE


@dataclass(slots=True)
class Tx:
    """One transaction, and what the outbox has to do once it has committed.

    ``promised``  somebody must keep a promise: every process is woken;
    ``freed``     the next in a line can go: the process that settled the one before it looks by itself.
    """

    db: Session
    now: datetime
    keyring: Keyring
    rules: Rules
    promised: bool = False
    freed: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """Someone asks for something, through whichever door.

    ``id`` is the sender's own id of this delivery, so that a repeated one is done once. ``account`` is a Slack user id
    or "shell:ana"; ``team`` is None at a shell. ``channel_id`` is where it was asked.
    """

    id: str
    account: str
    team: str | None = None
    channel_id: str | None = None


class Repeated(Exception):
    """This request was served before; there is nothing left to do or to say."""
