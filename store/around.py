"""What stands around incidents, asked once for all of a list: people, roles, action items, postmortems, failures."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import func
from sqlmodel import Session, col, select

from store.actions import ActionItem
from store.effects import Effect
from store.incidents import Incident
from store.people import accounts
from store.postmortems import Postmortem
from store.roles import RoleHolder
from store.tickets import Ticket
from store.types import EffectState


@dataclass(slots=True)
class Around:
    """What stands around incidents, by their row ids. ``people`` maps references to accounts, whoever was erased not.

    ``joined_here`` are the incidents that were joined to one, ``others`` those that one was joined to.
    """

    holders: dict[int, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    actions: dict[int, list[ActionItem]] = field(default_factory=lambda: defaultdict(list))
    tickets: dict[tuple[int, int], Ticket] = field(default_factory=dict)
    postmortems: dict[int, Postmortem] = field(default_factory=dict)
    joined_here: dict[int, list[Incident]] = field(default_factory=lambda: defaultdict(list))
    others: dict[int, Incident] = field(default_factory=dict)
    failed: dict[int, int] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)


def around(db: Session, incidents: Collection[Incident]) -> Around:
    """Return what stands around some incidents: as many questions for a hundred as for one."""
    ids = [incident.id or 0 for incident in incidents]
    found = Around()
    for holder in db.exec(select(RoleHolder).where(col(RoleHolder.incident_id).in_(ids))):
        found.holders[holder.incident_id][holder.role] = holder.person_ref
    items = select(ActionItem).where(col(ActionItem.incident_id).in_(ids)).order_by(col(ActionItem.number))
    for item in db.exec(items):
        found.actions[item.incident_id].append(item)
    for ticket in db.exec(select(Ticket).where(col(Ticket.incident_id).in_(list(found.actions)))):
        found.tickets[ticket.incident_id, ticket.number] = ticket
    for postmortem in db.exec(select(Postmortem).where(col(Postmortem.incident_id).in_(ids))):
        found.postmortems[postmortem.incident_id] = postmortem
    for other in db.exec(select(Incident).where(col(Incident.joined_to_id).in_(ids)).order_by(col(Incident.number))):
        found.joined_here[other.joined_to_id or 0].append(other)
    elsewhere = {incident.joined_to_id for incident in incidents if incident.joined_to_id}
    for other in db.exec(select(Incident).where(col(Incident.id).in_(elsewhere))) if elsewhere else ():
        found.others[other.id or 0] = other
    dead = (col(Effect.incident_id).in_(ids), col(Effect.state) == EffectState.DEAD)
    counted = select(Effect.incident_id, func.count()).where(*dead).group_by(col(Effect.incident_id))
    found.failed = {incident_id or 0: count for incident_id, count in db.exec(counted)}
    found.people = accounts(db, _people(incidents, found))
    return found


def _people(incidents: Collection[Incident], found: Around) -> set[str]:
    refs = {incident.declared_by for incident in incidents}
    refs |= {ref for held in found.holders.values() for ref in held.values()}
    refs |= {item.owner for items in found.actions.values() for item in items if item.owner}
    return refs | {postmortem.owner for postmortem in found.postmortems.values() if postmortem.owner}
