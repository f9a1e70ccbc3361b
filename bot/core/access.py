"""Access: who looks, in which role, and what that role may. It asks nobody and knows no door."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from store.types import Scope, WebRole

_READS = frozenset({Scope.INCIDENTS_READ, Scope.POSTMORTEMS_READ, Scope.ACTIONS_READ, Scope.INSIGHTS_READ})
_WRITES = frozenset({Scope.INCIDENTS_WRITE, Scope.POSTMORTEMS_WRITE, Scope.ACTIONS_WRITE, Scope.DELIVERIES_READ})

SCOPES: Mapping[WebRole, frozenset[Scope]] = {
    WebRole.VIEWER: _READS,
    WebRole.RESPONDER: _READS | _WRITES,
    WebRole.ADMIN: frozenset(Scope),
}

Via = Literal["session", "link", "token", "loopback"]


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
