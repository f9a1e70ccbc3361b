"""Secrets: each is a name with numbered versions. One is current; those before it hold for a while, then end."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

LINKS = "links"  # signs links to pages; made here
OVERLAP = timedelta(hours=24)  # as long as Slack keeps an old signing secret
ENDS_SOON = timedelta(hours=2)
JUST_USED = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a secret. ``text`` is never shown; once the version has ended only its digest is left there."""

    name: str
    number: int
    text: str = field(repr=False)
    made_at: datetime
    ends_at: datetime | None = None  # None for the current one
    used_at: datetime | None = None  # to the nearest half minute

    def is_valid(self, now: datetime) -> bool:
        """Whether it may be used, and what is signed by it believed."""
        return self.ends_at is None or now < self.ends_at

    def was_used(self, now: datetime, within: timedelta = JUST_USED) -> bool:
        """Whether somebody used it a short while ago, so that ending it would hurt."""
        return self.used_at is not None and now - self.used_at < within

    def ends_soon(self, now: datetime) -> bool:
        """Whether little is left of its time."""
        return self.ends_at is not None and now < self.ends_at <= now + ENDS_SOON

    def holds(self, text: str) -> bool:
        """Whether this is, or was, the version with that text."""
        return self.text in (text, digest(text))


def digest(text: str) -> str:
    """Return what is kept of a version that ended, so that the same text does not come back as a new one."""
    return "ended:" + hashlib.sha256(text.encode()).hexdigest()
