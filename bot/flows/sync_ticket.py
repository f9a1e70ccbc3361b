"""Keep an action item and its ticket in step: what both are now, and what is written here once Jira was asked."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.core.sync import Field, Merged, Values
from bot.flows.change_action import write_change
from bot.flows.decide_conflict import write_decision
from bot.flows.file_ticket import PARENT, TicketCase, ticket_case
from bot.flows.meet import meet
from bot.flows.promise import for_incident, tell
from bot.flows.record import record
from bot.flows.tx import Tx
from store.actions import ActionItem, action_by_number
from store.conflicts import conflicts_in, undecided
from store.incidents import Incident, incident_by_id, participants
from store.people import accounts
from store.tickets import Ticket, ticket_of
from store.types import ActionState, EntryKind, Keep, Priority

SOURCE = "jira"  # where an entry comes from that nobody here wrote


@dataclass(frozen=True, slots=True)
class SyncCase:
    """A ticket with its item as they stand here.

    ``people`` are accounts of those whom Jira may name; ``undecided`` are the rows that the item leaves to people.
    """

    case: TicketCase
    ours: Values
    people: tuple[str, ...]
    undecided: int

    @property
    def ticket(self) -> Ticket:
        return self.case.ticket


def sync_case(tx: Tx, incident_id: int, number: int) -> SyncCase | None:
    """Return what is known here of a ticket that Jira has, or None."""
    case = ticket_case(tx, incident_id, number)
    if case is None or case.ticket.issue_id is None:
        return None
    people = accounts(tx.db, participants(tx.db, incident_id) | {case.incident.declared_by})
    ours = values_of(case.item, case.owner) if case.item else {}
    return SyncCase(case, ours, tuple(sorted(people.values())), undecided(tx.db, incident_id, number))


def values_of(item: ActionItem, owner: str | None) -> Values:
    """Return what an item and its ticket have in common, in our words. *owner* is the account of its owner."""
    return {
        Field.TITLE: item.title,
        Field.STATE: item.state.value,
        Field.OWNER: owner,
        Field.PRIORITY: item.priority.value,
        Field.DUE_ON: item.due_on.isoformat(),
    }


def found_there(
    incident_id: int, number: int, key: str, known: Values, merge: Merged | None, keep: Keep | None, tx: Tx
) -> None:
    """Write down under which *key* Jira holds a ticket by now, and what both sides agree on.

    *known* is what stood here when that was decided. A field that was changed here since is left as it is, and goes to
    Jira with the promise that its change made. *merge* is None for an incident's own ticket. *keep* is what the ticket
    says about rows that are not decided, once it is closed.
    """
    incident, ticket = incident_by_id(tx.db, incident_id, lock=True), ticket_of(tx.db, incident_id, number)
    if incident is None or ticket is None or ticket.issue_id is None:
        return
    if ticket.gone_at is not None or ticket.key != key:
        facts = {"number": number, "ticket": key, "before": ticket.key}
        record(tx, incident_id, EntryKind.TICKET, facts=facts | ({"back": True} if ticket.gone_at else {}))
        ticket.key, ticket.gone_at = key, None
        _show(tx, incident, number)
    if keep is not None:
        write_decision(tx, incident, None, list(conflicts_in(tx.db, incident_id, number, undecided=True)), keep, {})
    item = action_by_number(tx.db, incident_id, number)
    if item is not None and merge is not None:
        _take(tx, incident, item, known, merge)
        ticket.agreed = dict(merge.agreed)
    tx.db.add(ticket)


def _take(tx: Tx, incident: Incident, item: ActionItem, known: Values, merge: Merged) -> None:
    """Change an item as its ticket was, and tell a new owner."""
    now = values_of(item, accounts(tx.db, {item.owner}).get(item.owner) if item.owner else None)
    taken = {field: value for field, value in merge.take.items() if now[field] == known[field]}
    changes = {field.value: _column(tx, incident, field, value) for field, value in taken.items()}
    if not changes:
        return
    if "state" in changes:
        item.settled_at = None if changes["state"] is ActionState.OPEN else tx.now
    write_change(tx, incident, item, None, changes, source=SOURCE)
    if changes.get("owner"):
        tell(tx, incident, changes["owner"], "action_given", number=item.number)


def _column(tx: Tx, incident: Incident, field: Field, value: str | None) -> Any:
    match field:
        case Field.STATE:
            return ActionState(value or "")
        case Field.PRIORITY:
            return Priority(value or "")
        case Field.DUE_ON:
            return date.fromisoformat(value or "")
        case Field.OWNER:
            return meet(tx, incident.workspace_id, value) if value else None
    return value


def gone_there(incident_id: int, number: int, issue_id: str, tx: Tx) -> None:
    """Write down that Jira has an issue no longer, or does not show it to us, and show it on the item."""
    incident, ticket = incident_by_id(tx.db, incident_id, lock=True), ticket_of(tx.db, incident_id, number)
    if incident is None or ticket is None or ticket.issue_id != issue_id or ticket.gone_at is not None:
        return
    ticket.gone_at = tx.now
    tx.db.add(ticket)
    record(tx, incident_id, EntryKind.TICKET, facts={"number": number, "ticket": ticket.key, "gone": True})
    _show(tx, incident, number)


def _show(tx: Tx, incident: Incident, number: int) -> None:
    if number != PARENT:
        for_incident(tx, incident, "slack.action_item", args={"number": number}, order="channel")
