"""Access: who looks, in which role, and what that role may. It asks nobody and knows no door."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from store.types import Scope, WebRole

_READS = frozenset({Scope.INCIDENTS_READ, Scope.POSTMORTEMS_READ, Scope.ACTIONS_READ, Scope.INSIGHTS_READ})
_WRITES = frozenset({Scope.INCIDENTS_WRITE, Scope.POSTMORTEMS_WRITE, Scope.ACTIONS_WRITE, Scope.DELIVERIES_READ})

SCOPES: Mapping[WebRole, frozenset[Scope]] = {
    WebRole.VIEWER: _READS,
    WebRole.RESPONDER: _READS | _WRITES,
    WebRole.ADMIN: frozenset(Scope),
}

Via = Literal["session", "link", "token", "loopback", "shell"]

SLIDES = timedelta(hours=12)  # a session that is not used so long is over
LASTS = timedelta(days=7)  # and so is one that began so long ago
SEEN = timedelta(minutes=5)  # a use is written down once in so long


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whoever looks at a page or asks the API.

    ``person``   their reference; None for a link, for a token that was made for nobody, and at the machine itself: they
                 see what is not private;
    ``opens``    the key of the incident that a signed link opens, private or not; via a link it is the only one;
    ``session``  tells one session or token from another.
    """

    workspace_id: int
    person: str | None
    account: str
    team: str | None
    role: WebRole
    scopes: frozenset[Scope]
    via: Via
    opens: str = ""
    session: str = ""

    def may(self, scope: Scope) -> bool:
        """Whether this is theirs to do."""
        return scope in self.scopes

    @property
    def holder(self) -> str:
        """For whom a form is made: what another fills in is not taken."""
        return f"{self.via} {self.session}"


@dataclass(frozen=True, slots=True)
class Admission:
    """Who comes in as what: the role that every member has, and those who are admins by account or by address."""

    role: WebRole = WebRole.RESPONDER
    admins: tuple[str, ...] = ()

    def names(self, email: str | None) -> str:
        """Return the digest of the entry that names somebody as an admin by their address, or ""."""
        return digest(email.lower()) if email and email.lower() in self.admins else ""

    def of(self, account: str, given: WebRole | None, entry: str = "") -> WebRole:
        """Return somebody's role: the settings come first, then what they were given, then what everybody has."""
        if account in self.admins or (entry and any(digest(admin) == entry for admin in self.admins)):
            return WebRole.ADMIN
        return given or self.role


def digest(secret: str) -> str:
    """Return what is kept of a secret that is long and random: it is found by it, and nobody gets it back."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_over(now: datetime, seen_at: datetime, ends_at: datetime, ended_at: datetime | None) -> bool:
    """Whether a session is over: signed out, unused for long, or old."""
    return ended_at is not None or now >= ends_at or now - seen_at >= SLIDES
