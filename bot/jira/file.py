"""Filing a ticket exactly once, and what follows: links, and a look for one that was there twice all the same."""

from datetime import datetime
from functools import partial
from typing import Any

from bot.errors import Rejected, Retry, Unknown
from bot.flows.file_ticket import TicketCase, begin_filing, doubled, end_filing, filed, ticket_case
from bot.jira.desk import Desk
from bot.jira.fields import fields_of
from bot.jira.states import bring_to
from bot.jira.sync import told
from bot.jira.text import rich
from bot.outbox.outcome import NOTHING_TO_DO, Done
from store.effects import Claimed
from store.tickets import Ticket

RELATES = "Relates"  # a link type that every Jira has


async def file_ticket(desk: Desk, effect: Claimed) -> Done:
    """Create a ticket, unless an earlier attempt did. While that is not known, it is looked for by its label."""
    case = await _case(desk, effect)
    if case is None or case.ticket.issue_id is not None:
        return NOTHING_TO_DO
    asked_before = case.ticket.sent_at is not None
    if asked_before:
        found = await labelled(desk, case.ticket)
        if found:
            return await _keep_oldest(desk, case, found)
        _wait_for_search(desk, case.ticket)
    fields = await fields_of(desk, case)
    began = await desk.house.do_behind(begin_filing, case.ticket, told(case, fields))
    if began is None:
        raise Retry("another process files it")
    try:
        made = await desk.api.post("issue", {"fields": fields})
    except (Rejected, Retry) as failed:  # Jira said no, or never heard of it; after anything else it is looked for.
        await desk.house.do_behind(end_filing, case.ticket, began)
        if isinstance(failed, Rejected):
            desk.project.forget(fields["issuetype"]["id"])
        raise
    return Done(_filed(case.ticket, made, again=asked_before))


async def link_ticket(desk: Desk, effect: Claimed) -> Done:
    """Link an item's ticket to its incident's where it cannot be its child, and incidents to those they joined."""
    case = await _case(desk, effect)
    if case is None or case.ticket.key is None:
        return NOTHING_TO_DO
    others = list(case.related)
    if case.item is not None and case.parent is not None and case.parent.key is not None:
        kind = await desk.project.type_named(desk.project.naming.type_of(case.item.type))
        others += [] if await desk.project.holds(kind) else [case.parent]
    if others:
        issue = await desk.api.get(f"issue/{case.ticket.issue_id}", fields="issuelinks")
        linked = _linked(issue)
        for other in (other for other in others if other.issue_id not in linked):
            await desk.api.post("issueLink", _link(case.ticket, other))
    return NOTHING_TO_DO


async def look_for_doubles(desk: Desk, effect: Claimed) -> Done:
    """Close whatever else bears a ticket's label: Jira's search showed it only after it was created again."""
    case = await _case(desk, effect)
    found = await labelled(desk, case.ticket) if case else []
    if case is None or len(found) < 2:
        return NOTHING_TO_DO
    return await _keep_oldest(desk, case, found)


async def labelled(desk: Desk, ticket: Ticket) -> list[dict[str, Any]]:
    """Return the issues with a ticket's label, the oldest first, in whatever project they are by now."""
    found = await desk.api.search(f'labels = "{ticket.label}"', ["status", "created"])
    return sorted(found, key=lambda issue: (datetime.fromisoformat(issue["fields"]["created"]), int(issue["id"])))


async def _case(desk: Desk, effect: Claimed) -> TicketCase | None:
    return await desk.house.read(ticket_case, effect.incident_id or 0, effect.args["number"])


def _wait_for_search(desk: Desk, ticket: Ticket) -> None:
    assert ticket.sent_at is not None
    since = desk.house.clock.now() - ticket.sent_at
    if since < desk.settle:
        raise Unknown("Jira may have it; its search shows new issues late", min(2 * since, desk.settle - since))


async def _keep_oldest(desk: Desk, case: TicketCase, found: list[dict[str, Any]]) -> Done:
    kept, *others = found
    open_ = [other for other in others if other["fields"]["status"]["statusCategory"]["key"] != "done"]
    for other in open_:
        await _close(desk, other, kept)
    keys = [str(other["key"]) for other in open_]

    def write(tx: Any) -> None:
        if case.ticket.issue_id != str(kept["id"]):
            _filed(case.ticket, kept, again=False)(tx)
        if keys:
            doubled(case.ticket.incident_id, case.ticket.number, str(kept["key"]), keys, tx)

    return Done(write)


async def _close(desk: Desk, issue: dict[str, Any], kept: dict[str, Any]) -> None:
    """Say why an issue is closed, and close it."""
    words = rich([[f"Filed twice by firstfive. {kept['key']} is the one that stays."]], cloud=desk.api.is_cloud)
    await desk.api.post(f"issue/{issue['id']}/comment", {"body": words})
    await bring_to(desk.api, issue, {"done"})


def _filed(ticket: Ticket, issue: dict[str, Any], *, again: bool) -> Any:
    return partial(filed, ticket.incident_id, ticket.number, str(issue["id"]), str(issue["key"]), again)


def _linked(issue: dict[str, Any]) -> set[str]:
    links = issue["fields"].get("issuelinks") or []
    ends = (link.get(end) for link in links for end in ("inwardIssue", "outwardIssue"))
    return {str(end["id"]) for end in ends if end}


def _link(ticket: Ticket, other: Ticket) -> dict[str, Any]:
    return {"type": {"name": RELATES}, "inwardIssue": {"key": ticket.key}, "outwardIssue": {"key": other.key}}
