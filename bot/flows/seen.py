"""What a viewer may see of incidents: what is not private, where they take part, and what a link opens."""

from bot.core.access import SCOPES, Viewer
from bot.errors import Missing
from bot.flows.tx import Tx
from store.incidents import Incident, incident_by_number, may_see
from store.people import find_person
from store.types import WebRole
from store.workspaces import find_workspace, team_of

LONGEST = 9  # digits of a number


def seen_incident(tx: Tx, viewer: Viewer, key: str) -> int | None:
    """Return the row id of an incident that a viewer names and may see. What they may not see is not there."""
    found = incident_in_sight(tx, viewer, key)
    return found.id if found else None


def incident_in_sight(tx: Tx, viewer: Viewer, key: str) -> Incident | None:
    """Return an incident that a viewer names and may see."""
    digits = key.upper().removeprefix("INC-")
    if not digits.isascii() or not digits.isdigit() or len(digits) > LONGEST:
        return None
    incident = incident_by_number(tx.db, viewer.workspace_id, int(digits))
    if incident is None:
        return None
    if viewer.via == "link" or not may_see(tx.db, incident, viewer.person):
        return incident if incident.key == viewer.opens else None
    return incident


def must_see(tx: Tx, viewer: Viewer, key: str) -> int:
    """Return the row id of an incident that a viewer may see. Raise Missing when for them there is none."""
    found = seen_incident(tx, viewer, key)
    if found is None:
        raise Missing(f"There is no incident {key}.")
    return found


def viewer_at_shell(tx: Tx, account: str, team: str | None = None, *, named: bool) -> Viewer:
    """Return who acts at a shell. Who was *named* sees what they take part in; otherwise nothing that is private."""
    workspace_id, team = workspace_meant(tx, find_workspace(tx.db, team) if team else None)
    person = find_person(tx.db, workspace_id, account) if named else None
    if named and person is None:
        raise Missing(f"Nobody here has the account {account}: they took no part in anything yet.")
    scopes = SCOPES[WebRole.RESPONDER]
    return Viewer(workspace_id, person, account, team, WebRole.RESPONDER, scopes, "shell")


def workspace_meant(tx: Tx, workspace_id: int | None = None) -> tuple[int, str | None]:
    """Return (id, Slack's id) of a workspace; without one the oldest, which whoever sits at the machine means."""
    found = workspace_id or find_workspace(tx.db) or 0
    return found, team_of(tx.db, found)
