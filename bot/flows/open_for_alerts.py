"""Open an incident for alerts: by a rule, or because somebody pressed the button under them."""

from bot.core.alerts import ACCOUNT, title_of
from bot.core.teams import team_of
from bot.errors import Refused
from bot.flows.alert_groups import attach_group, tally_of, titles_of
from bot.flows.meet import meet
from bot.flows.open_incident import Opened, open_incident
from bot.flows.tx import Request, Tx
from store.alerts import AlertGroup, group_by_id
from store.db import take_turns
from store.incidents import incident_by_id, incident_by_number, take_part
from store.types import Severity


def open_by_itself(tx: Tx, group: AlertGroup, sender: str, severity: Severity) -> None:
    """Open an incident that nobody leads yet. Whoever leads its team is invited."""
    request = Request(f"alerts:{group.id}", f"{ACCOUNT}:{sender}")
    opened = open_incident(tx, request, suggested_title(tx, group), severity, leads=False)
    incident = incident_by_number(tx.db, group.workspace_id, opened.number)
    assert incident is not None, "it was opened just now"
    lead = team_of(tx.rules.teams, incident).lead
    if lead is not None:
        take_part(tx.db, incident.id or 0, meet(tx, incident.workspace_id, lead))
    attach_group(tx, group, incident.id or 0)


def open_for_alerts(
    tx: Tx,
    request: Request,
    group_id: int,
    title: str,
    severity: Severity,
    *,
    private: bool = False,
    test: bool = False,
) -> Opened:
    """Open an incident for a group, once: whoever comes second is told which one it is."""
    take_turns(tx.db, AlertGroup)
    group = group_without_incident(tx, group_id, request.id)
    opened = open_incident(tx, request, title, severity, private=private, test=test)
    if not opened.again:
        incident = incident_by_number(tx.db, group.workspace_id, opened.number)
        assert incident is not None, "it was opened just now"
        attach_group(tx, group, incident.id or 0)
    return opened


def group_without_incident(tx: Tx, group_id: int, request_id: str = "") -> AlertGroup:
    """Return a group that no incident is open for, but by this very request, or refuse."""
    group = group_by_id(tx.db, group_id)
    if group is None:
        raise Refused("These alerts are too old. Open an incident without them: /incident open what is wrong")
    incident = incident_by_id(tx.db, group.incident_id) if group.incident_id else None
    if incident is not None and incident.request_id != request_id:
        known = "An incident" if incident.private else incident.key
        raise Refused(f"{known} is open for these alerts already. See them all: /incident list")
    return group


def suggested_title(tx: Tx, group: AlertGroup) -> str:
    """Return the title that an incident for a group would have."""
    return title_of(titles_of(tx, group, 1), tally_of(tx, group)[0])
