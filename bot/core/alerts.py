"""Alerts: a monitor says that something is wrong, or that it is right again."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core.wording import shortened
from store.types import Severity

ACCOUNT = "alerts"  # "alerts:grafana" is who opened what no person opened
KIND = "intake.alert"  # the effect that takes what arrived
WINDOW = timedelta(minutes=5)  # between two alerts that are told together
ALONE = 10  # alerts of one group that get an entry of their own; the others are counted
ENTRIES = 25  # entries of one group on a timeline, however often its alerts come and go
TITLE = 150  # characters

_ADDRESS = re.compile(r"\s*https?://\S+$")


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert as its sender tells it.

    ``key`` is what the sender knows it by, the same when it is right again. ``incident`` names the incident it belongs
    to, where somebody wrote that into the rule. ``labels`` are what else the sender says of it, for rules of ours.
    """

    key: str
    title: str
    firing: bool
    started_at: datetime | None = None  # None: when it arrived
    ended_at: datetime | None = None
    service: str = ""
    severity: str = ""
    url: str = ""
    incident: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def told(self) -> str:
        """What is written on a timeline."""
        where = f"{self.service}: " if self.service and self.service.lower() not in self.title.lower() else ""
        return f"{where}{self.title}" + (f" {self.url}" if self.url else "")


@dataclass(frozen=True, slots=True)
class Opening:
    """When alerts open an incident by themselves: every condition that is given must hold.

    ``alerts`` is how many have to be in the group by then; ``as_`` how bad the incident is.
    """

    as_: Severity = Severity.SEV2
    sender: str = ""
    severity: str = ""
    service: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    alerts: int = 1

    def holds(self, sender: str, alert: Alert, together: int) -> bool:
        """Whether this alert of a group of so many opens an incident."""
        return (
            together >= self.alerts
            and self.sender in ("", sender)
            and self.severity.lower() in ("", alert.severity.lower())
            and self.service.lower() in ("", alert.service.lower())
            and all(alert.labels.get(name) == value for name, value in self.labels.items())
        )


@dataclass(frozen=True, slots=True)
class Alerting:
    """What ``firstfive.toml`` says of alerts. Without openings none opens an incident by itself."""

    window: timedelta = WINDOW
    openings: tuple[Opening, ...] = ()

    def opening(self, sender: str, alert: Alert, together: int) -> Opening | None:
        """Return the first opening that holds, or None."""
        return next((each for each in self.openings if each.holds(sender, alert, together)), None)


NONE_OPENS = Alerting()


@dataclass(frozen=True, slots=True)
class Tally:
    """How many alerts a group has, of how many services, and how many of them fire still."""

    alerts: int
    services: int
    firing: int

    @property
    def told(self) -> str:
        """Say it: "412 alerts from 37 services, 3 still firing"."""
        if self.alerts > 1 and not self.firing:
            still = ", all resolved"
        else:
            still = f", {self.firing} still firing" if self.firing != self.alerts else ""
        return f"{_counted(self.alerts, 'alert')} from {_counted(self.services, 'service')}{still}"


def title_of(titles: Sequence[str], tally: Tally) -> str:
    """Return the title of an incident that is opened for alerts: the first one, and how many came with it."""
    more = f" (and {_counted(tally.alerts - 1, 'more alert')})" if tally.alerts > 1 else ""
    first = _ADDRESS.sub("", next(iter(titles), "")).strip()
    return shortened(first or "Alerts are firing", TITLE) + more


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
