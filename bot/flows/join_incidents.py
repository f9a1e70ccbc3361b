"""Say that two incidents are one: merge this one into another, or mark it as its duplicate."""

from bot.errors import Refused
from bot.flows.asked import incident_asked_for, incident_named, once
from bot.flows.change_status import move
from bot.flows.file_ticket import link_tickets
from bot.flows.promise import for_incident, show_incident
from bot.flows.publish import publish
from bot.flows.record import record
from bot.flows.take_role import invited
from bot.flows.tx import Request, Tx
from store.incidents import Incident, participants
from store.types import EntryKind, EventType, Link, Status


def join_incidents(
    tx: Tx, request: Request, other_key: str, how: Link, key: str | None = None
) -> tuple[Incident, Incident]:
    """End this incident and point at the one that goes on. Return (this one, the other).

    Everyone who took part is invited there. Both timelines say so; neither loses an entry.
    """
    once(tx, request)
    incident, who = incident_asked_for(tx, request, key)
    other = incident_named(tx, request, other_key)
    if other.id == incident.id:
        raise Refused(f"{incident.key} cannot be joined to itself. Name the one that goes on: /incident merge INC-4")
    if other.joined_to_id is not None:
        raise Refused(f"{other.key} was joined to another incident itself. Name the one that goes on.")
    if incident.joined_to_id is not None:
        raise Refused(f"{incident.key} was joined to another incident already.")
    if other.private and not incident.private:
        raise Refused(f"{other.key} is private and {incident.key} is not, so its channel would give it away.")
    incident.joined_to_id, incident.link = other.id, how
    record(tx, incident.id or 0, EntryKind.LINK, actor=who, facts={"link": how, "incident": other.key})
    record(tx, other.id or 0, EntryKind.LINK, actor=who, facts={"link": how, "incident": incident.key, "from": True})
    publish(tx, incident, EventType.INCIDENT_UPDATED, what=how)
    publish(tx, other, EventType.INCIDENT_UPDATED, what="joined_here")
    move(tx, incident, Status.CLOSED, by=who)
    for person in sorted(participants(tx.db, incident.id or 0)):
        invited(tx, other, person)
    for_incident(tx, incident, "slack.joined", order="channel")
    link_tickets(tx, incident)
    show_incident(tx, other)
    return incident, other
