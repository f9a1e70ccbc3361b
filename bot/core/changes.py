"""Changes: something was deployed, configured or switched, which is what people ask about first."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ChangeKind(StrEnum):
    """What sort of change it is."""

    DEPLOY = "deploy"
    CONFIG = "config"
    FLAG = "flag"
    OTHER = "change"


@dataclass(frozen=True, slots=True)
class Change:
    """One change. ``key`` names the incident it belongs to; without one it concerns all that are going on."""

    kind: ChangeKind
    what: str
    at: datetime | None = None  # None: when it arrived
    service: str = ""
    by: str = ""
    url: str = ""
    key: str = ""

    @property
    def told(self) -> str:
        """What is written on a timeline."""
        who = f" by {self.by}" if self.by else ""
        where = f"{self.service}: " if self.service else ""
        return f"{where}{self.what}{who}" + (f" {self.url}" if self.url else "")
