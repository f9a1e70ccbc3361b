"""Invite somebody to an incident."""

from bot.flows.asked import incident_asked_for, once
from bot.flows.meet import meet
from bot.flows.promise import for_incident
from bot.flows.tx import Request, Tx
from store.incidents import Incident, take_part


def invite_person(tx: Tx, request: Request, account: str, key: str | None = None) -> Incident:
    """Let somebody take part, and promise the invitation, also when an earlier one failed."""
    once(tx, request)
    incident, _ = incident_asked_for(tx, request, key)
    person = meet(tx, incident.workspace_id, account)
    take_part(tx.db, incident.id or 0, person)
    if incident.channel_id is not None:
        for_incident(tx, incident, "slack.invite", args={"person": person})
    return incident
