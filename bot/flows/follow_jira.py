"""Follow Jira: promise to read what was changed there, take in what that finds, and what a webhook says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.core.sync import Field, Values
from bot.flows.file_ticket import PARENT
from bot.flows.promise import promise
from bot.flows.tx import Tx
from store.arrivals import empty_arrival
from store.incidents import incident_by_id
from store.tickets import Ticket, has_filed, longest_unseen, projects_of, seen, tickets_by_issue
from store.types import Lane
from store.watermarks import mark_of, watermark
from store.workspaces import home_workspace

JIRA = "jira"
IN_BULK = 100  # issues that Jira returns by id in one answer
LOST = timedelta(days=2)  # after which a promise to read is held for given up


@dataclass(frozen=True, slots=True)
class Reading:
    """Where to read on: since which of Jira's milliseconds, in which projects, and which issues by their ids."""

    mark: int | None
    projects: tuple[str, ...]
    issue_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Issue:
    """What reading found of one issue. ``theirs`` is what it has in common with an action item, in Jira's words."""

    key: str
    theirs: Values


def ask_jira(tx: Tx) -> bool:
    """Promise to read what was changed in Jira, once in every interval, unless the last promise is not kept yet."""
    if not has_filed(tx.db):
        return False
    read = watermark(tx.db, JIRA)
    if read.asked_at is not None:
        waits = (read.read_at is None or read.read_at < read.asked_at) and tx.now < read.asked_at + LOST
        if waits or tx.now < read.asked_at + tx.rules.jira_every:
            return False
    read.asked_at = tx.now
    tx.db.add(read)
    _read_on(tx, {})
    return True


def _read_on(tx: Tx, rest: dict[str, Any]) -> None:
    promise(tx, "jira.poll", workspace_id=home_workspace(tx.db), args=rest, order_key="jira.poll", lane=Lane.BATCH)


def reading(tx: Tx) -> Reading:
    """Return where to read on."""
    return Reading(mark_of(tx.db, JIRA), tuple(projects_of(tx.db)), tuple(longest_unseen(tx.db, IN_BULK)))


def was_read(
    found: Mapping[str, Issue], asked_for: Sequence[str], mark: int | None, rest: dict[str, Any] | None, tx: Tx
) -> None:
    """Promise to look at every ticket that is not as we know it, and write down up to where Jira was read.

    *found* is by the issue's id; what was *asked_for* by id and not found is gone. What is promised and how far was
    read is one transaction: a crash between the two would lose a change, or bring it again. With a *rest*, this was one
    part of what was changed, and the mark stays until the last.
    """
    tickets = tickets_by_issue(tx.db, {*found, *asked_for})
    for issue_id, ticket in tickets.items():
        issue = found.get(issue_id)
        if _is_news(ticket, issue):
            _look_at(tx, ticket)
    seen(tx.db, asked_for, tx.now)
    if rest is not None:
        _read_on(tx, rest)
        return
    read = watermark(tx.db, JIRA)
    read.mark, read.read_at = max(mark or 0, read.mark or 0) or None, tx.now
    tx.db.add(read)


def was_told(arrival: int, issue_id: str | None, tx: Tx) -> None:
    """Promise to look at the ticket that a webhook is about. What it says is not believed: it may be old by now."""
    ticket = tickets_by_issue(tx.db, {issue_id}).get(issue_id) if issue_id else None
    if ticket is not None:
        _look_at(tx, ticket)
    empty_arrival(tx.db, arrival)


def _is_news(ticket: Ticket, issue: Issue | None) -> bool:
    if issue is None or ticket.gone_at is not None:
        return (issue is None) != (ticket.gone_at is not None)
    if ticket.key != issue.key:
        return True
    agreed = ticket.agreed
    if ticket.number == PARENT:
        return False
    return agreed is None or any(field not in agreed or agreed[field][1] != issue.theirs[field] for field in Field)


def _look_at(tx: Tx, ticket: Ticket) -> None:
    """Promise to compare a ticket with its item. Nobody waits for it, and one look covers all that was not begun."""
    incident = incident_by_id(tx.db, ticket.incident_id)
    assert incident is not None
    promise(
        tx,
        "jira.sync",
        workspace_id=incident.workspace_id,
        incident_id=incident.id,
        args={"number": ticket.number},
        order_key=f"jira:{incident.id}",
        merge_key=f"jira.sync:{incident.id}:{ticket.number}",
        lane=Lane.BATCH,
    )
