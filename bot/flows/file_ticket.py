"""File tickets: promise one for each action item, know what it says, and write down what Jira made of it.

That a ticket is wanted is written down first, under a label that is on the issue too. What Jira may have done is
written down before it is asked, so a lost answer is looked for, however the process that waited for it ended.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.actions import DUE_DAYS
from bot.core.sync import Agreed
from bot.core.tickets import label
from bot.core.workdays import Calendar
from bot.errors import Refused
from bot.flows.asked import incident_asked_for, once
from bot.flows.promise import for_incident, tell
from bot.flows.record import record
from bot.flows.tx import Request, Tx
from store.actions import ActionItem, action_by_number
from store.conflicts import count_conflicts
from store.incidents import Incident, incident_by_id, joined_to
from store.people import accounts
from store.tickets import Ticket, add_ticket, sending, ticket_of
from store.types import ActionType, EntryKind, Priority, Severity, Status

PARENT = 0  # the number of the incident's own ticket
LOOK_AGAIN = timedelta(minutes=15)  # after a ticket was created twice over, for all that Jira's search showed


@dataclass(frozen=True, slots=True)
class TicketCase:
    """What a ticket is about, as it is now: an action item, or with ``item`` None the incident itself.

    ``parent`` is the incident's own ticket, and ``related`` those of incidents that were joined with it.
    """

    ticket: Ticket
    incident: Incident
    item: ActionItem | None
    owner: str | None
    parent: Ticket | None
    related: tuple[Ticket, ...]


def want_ticket(tx: Tx, incident: Incident, number: int) -> None:
    """Promise the ticket of an action item, behind that of its incident. A private or test incident has none."""
    if incident.private or incident.test:
        return
    for each in (PARENT, number):
        if add_ticket(tx.db, incident.id or 0, each, label(incident.request_id, each)):
            for_incident(tx, incident, "jira.ticket", args={"number": each}, order="jira")


def link_tickets(tx: Tx, incident: Incident) -> None:
    """Promise that an incident's ticket is linked to those of the incidents that it was joined with."""
    if ticket_of(tx.db, incident.id or 0, PARENT) is not None:
        for_incident(tx, incident, "jira.links", args={"number": PARENT}, order="jira")


def follow_in_jira(tx: Tx, incident: Incident, number: int) -> None:
    """Promise that the ticket of an action item follows what was changed here."""
    if ticket_of(tx.db, incident.id or 0, number) is not None:
        for_incident(tx, incident, "jira.sync", args={"number": number}, order="jira", merge=str(number))


def file_again(tx: Tx, request: Request, number: int, key: str | None = None) -> str:
    """File a ticket anew whose issue is gone from Jira, and return the incident's key."""
    once(tx, request)
    incident, _ = incident_asked_for(tx, request, key)
    ticket = ticket_of(tx.db, incident.id or 0, number)
    if ticket is None or ticket.gone_at is None:
        raise Refused(f"The ticket of action item {number} is not gone. See it: /incident show")
    ticket.issue_id = ticket.key = ticket.sent_at = ticket.filed_at = None
    ticket.agreed = ticket.seen_at = ticket.gone_at = None
    tx.db.add(ticket)
    for_incident(tx, incident, "jira.ticket", args={"number": number}, order="jira")
    if number in count_conflicts(tx.db, incident.id or 0):
        for_incident(tx, incident, "jira.attach", args={"number": number}, order="jira", merge=str(number))
    for_incident(tx, incident, "slack.action_item", args={"number": number}, order="channel")
    return incident.key


def ticket_case(tx: Tx, incident_id: int, number: int) -> TicketCase | None:
    """Return what a ticket is about; None when nobody wants it any more: the incident became private."""
    incident, ticket = incident_by_id(tx.db, incident_id), ticket_of(tx.db, incident_id, number)
    if incident is None or ticket is None or (incident.private and ticket.issue_id is None):
        return None
    item = action_by_number(tx.db, incident_id, number)
    owner = accounts(tx.db, {item.owner}).get(item.owner) if item and item.owner else None
    parent = ticket_of(tx.db, incident_id, PARENT) if item else None
    return TicketCase(ticket, incident, item, owner, parent, _related(tx, incident) if item is None else ())


def example(priority: Priority, type: ActionType, now: datetime) -> TicketCase:
    """Return a case that is nowhere, to show what a ticket looks like."""
    incident = Incident(
        workspace_id=0,
        number=7,
        request_id="",
        title="checkout is down",
        severity=Severity.SEV1,
        status=Status.RESOLVED,
        declared_by="",
        opened_at=now,
    )
    item = ActionItem(
        incident_id=0,
        number=1,
        title="alert when the connection pool is full",
        done_when="a full pool pages within a minute",
        priority=priority,
        type=type,
        due_on=Calendar().days_after(now.date(), DUE_DAYS[priority]),
        created_at=now,
    )
    parent = Ticket(incident_id=0, number=PARENT, label="", issue_id="10000", key="the incident's own ticket")
    return TicketCase(Ticket(incident_id=0, number=1, label=label("", 1)), incident, item, None, parent, ())


def _related(tx: Tx, incident: Incident) -> tuple[Ticket, ...]:
    others = {incident.joined_to_id, *(other.id for other in joined_to(tx.db, incident.id or 0))} - {None}
    found = (ticket_of(tx.db, other or 0, PARENT) for other in others)
    return tuple(ticket for ticket in found if ticket is not None and ticket.issue_id is not None)


def begin_filing(tx: Tx, known: Ticket, agreed: Agreed) -> datetime | None:
    """Write down that Jira is asked to create a ticket, and as what, before it is, and return when that was.

    None when the ticket is no longer as it was *known*: somebody else files it. What it was asked for first stays
    written down: if it turns up after all, it is that.
    """
    first = known.agreed if known.sent_at is not None else agreed
    return tx.now if sending(tx.db, known.id or 0, known.sent_at, tx.now, first) else None


def end_filing(tx: Tx, known: Ticket, began: datetime) -> None:
    """Write down that Jira did not create what it *began* to be asked for, and said so."""
    sending(tx.db, known.id or 0, began, None, None)


def filed(incident_id: int, number: int, issue_id: str, key: str, again: bool, tx: Tx) -> None:
    """Write down which issue it is, show it on the item, and link what belongs together.

    One that was created *again*, because nothing was found of the first time, is looked for once more later.
    """
    incident, ticket = incident_by_id(tx.db, incident_id, lock=True), ticket_of(tx.db, incident_id, number)
    assert incident is not None
    assert ticket is not None
    ticket.issue_id, ticket.key, ticket.filed_at = issue_id, key, tx.now
    tx.db.add(ticket)
    record(tx, incident_id, EntryKind.TICKET, facts={"number": number, "ticket": key})
    for_incident(tx, incident, "jira.links", args={"number": number}, order="jira")
    if number != PARENT:
        for_incident(tx, incident, "slack.action_item", args={"number": number}, order="channel")
    if again:
        for_incident(tx, incident, "jira.doubles", args={"number": number}, due_at=tx.now + LOOK_AGAIN)


def doubled(incident_id: int, number: int, key: str, others: list[str], tx: Tx) -> None:
    """Tell whoever declared the incident that a ticket was there more than once, and that the *others* are closed."""
    incident = incident_by_id(tx.db, incident_id)
    if incident is not None:
        tell(tx, incident, incident.declared_by, "ticket_doubled", number=number, key=key, others=others)
