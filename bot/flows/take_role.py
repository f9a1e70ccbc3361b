"""Who does what: take a role, give it, hand the command over."""

from bot.core.roles import COMMANDER
from bot.errors import Refused
from bot.flows.asked import incident_asked_for, once
from bot.flows.meet import meet
from bot.flows.promise import for_incident, show_incident, tell
from bot.flows.publish import publish
from bot.flows.record import record
from bot.flows.tx import Request, Tx
from store.incidents import Incident, participants, take_part
from store.roles import hold, holders
from store.types import EntryKind, EventType


def give_role(tx: Tx, request: Request, role: str, account: str | None = None, key: str | None = None) -> str:
    """Give a role to *account*, or to whoever asks, and return the account that holds it now."""
    once(tx, request)
    incident, who = incident_asked_for(tx, request, key)
    account = account or request.account
    _give(tx, incident, role, meet(tx, incident.workspace_id, account), by=who)
    return account


def hand_off(tx: Tx, request: Request, account: str, key: str | None = None) -> str:
    """Hand every role that the asker holds to somebody else. Who holds none cannot hand off."""
    once(tx, request)
    incident, who = incident_asked_for(tx, request, key)
    mine = sorted(role for role, holder in holders(tx.db, incident.id or 0).items() if holder == who)
    if not mine:
        raise Refused("You hold no role here, so there is nothing to hand off. Give one: /incident role comms @bo")
    person = meet(tx, incident.workspace_id, account)
    for role in mine:
        _give(tx, incident, role, person, by=who)
    return account


def invited(tx: Tx, incident: Incident, person: str) -> None:
    """Let somebody take part, with an invitation to the channel if they did not yet."""
    if person not in participants(tx.db, incident.id or 0):
        take_part(tx.db, incident.id or 0, person)
        if incident.channel_id is not None:
            for_incident(tx, incident, "slack.invite", args={"person": person})


def _give(tx: Tx, incident: Incident, role: str, person: str, *, by: str) -> None:
    incident_id = incident.id or 0
    if holders(tx.db, incident_id).get(role) == person:
        raise Refused("You have that role already." if person == by else "They have that role already.")
    before = hold(tx.db, incident_id, role, person, tx.now)
    invited(tx, incident, person)
    record(tx, incident_id, EntryKind.ROLE, actor=by, facts={"role": role, "person": person, "before": before})
    if person != by:
        tell(tx, incident, person, "role_given", role=role)
    if role == COMMANDER and before not in (None, by, person):
        tell(tx, incident, before, "role_taken", role=role)
    publish(tx, incident, EventType.INCIDENT_UPDATED, what="role", role=role)
    show_incident(tx, incident)
