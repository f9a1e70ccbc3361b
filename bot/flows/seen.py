"""What a viewer may see of incidents: what is not private, where they take part, and what a link opens."""

from bot.core.access import Viewer
from bot.flows.tx import Tx
from store.incidents import incident_by_number, may_see
from store.workspaces import find_workspace, team_of

LONGEST = 9  # digits of a number


def seen_incident(tx: Tx, viewer: Viewer, key: str) -> int | None:
    """Return the row id of an incident that a viewer names and may see. What they may not see is not there."""
    digits = key.upper().removeprefix("INC-")
    if not digits.isascii() or not digits.isdigit() or len(digits) > LONGEST:
        return None
    incident = incident_by_number(tx.db, viewer.workspace_id, int(digits))
    if incident is None:
        return None
    if viewer.via == "link" or not may_see(tx.db, incident, viewer.person):
        return incident.id if incident.key == viewer.opens else None
    return incident.id


def workspace_meant(tx: Tx, workspace_id: int | None = None) -> tuple[int, str | None]:
    """Return (id, Slack's id) of a workspace; without one the oldest, which whoever sits at the machine means."""
    found = workspace_id or find_workspace(tx.db) or 0
    return found, team_of(tx.db, found)
