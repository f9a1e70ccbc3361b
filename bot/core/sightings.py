"""Sightings: who looked at what a short while ago, so that account of it is kept once and not at every step."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core.access import Viewer

AGAIN = timedelta(hours=1)
MOST = 10_000  # that are remembered; an older one may be told twice


@dataclass(slots=True)
class Sightings:
    """Remembers who saw which incident, and when that was last told."""

    _told: OrderedDict[tuple[str, str, int], datetime] = field(default_factory=OrderedDict)

    def is_new(self, viewer: Viewer, incident_id: int, now: datetime) -> bool:
        """Whether account is to be kept of this; asked again within the hour, it is not."""
        key = (viewer.person or viewer.account, viewer.holder, incident_id)
        at = self._told.pop(key, None)
        is_new = at is None or now - at >= AGAIN
        self._told[key] = now if is_new or at is None else at
        while len(self._told) > MOST:
            self._told.popitem(last=False)
        return is_new
