"""What somebody said, before it stands on a timeline."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Said:
    """One message: by which account, in what words, and when. ``source`` is the one place where it stands."""

    source: str
    author: str
    text: str
    at: datetime


def slack_source(channel: str, ts: str) -> str:
    """Return the source of a Slack message: slack:C0123/1790000000.000100."""
    return f"slack:{channel}/{ts}"
