"""Bringing a ticket and its item in step: read the issue as it is now, merge, change what is to be changed there."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from bot.core.sync import Agreed, Field, Sides, Values, merged
from bot.core.tickets import Choice, priority_among, priority_like
from bot.errors import Rejected
from bot.flows.file_ticket import PARENT, TicketCase
from bot.flows.sync_ticket import SyncCase, found_there, gone_there, sync_case, values_of
from bot.jira.desk import Desk
from bot.jira.fields import summary
from bot.jira.people import account_of, assignable
from bot.jira.states import CLOSED, OPEN, bring_to
from bot.outbox.outcome import NOTHING_TO_DO, Done
from store.effects import Claimed
from store.types import ActionState, Keep, Priority

FIELDS = ["summary", "status", "assignee", "priority", "duedate", "updated", "labels"]
KEEPS = {"keep-a": Keep.A, "keep-b": Keep.B}  # labels that decide the rows of a ticket when it is closed
NAMES = {Field.TITLE: "summary", Field.OWNER: "assignee", Field.PRIORITY: "priority", Field.DUE_ON: "duedate"}
NOT_THERE = 404


async def sync_ticket(desk: Desk, effect: Claimed) -> Done:
    """Take over what was changed in Jira, and tell Jira what was changed here.

    However it came to our ears, the issue is read anew, so that what is old, repeated or out of order does no harm.
    """
    incident_id, number = effect.incident_id or 0, effect.args["number"]
    case = await desk.house.read(sync_case, incident_id, number)
    if case is None:
        return NOTHING_TO_DO
    issue_id = case.ticket.issue_id or ""
    try:
        issue = await desk.api.get(f"issue/{issue_id}", fields=",".join(FIELDS))
    except Rejected as refused:
        if refused.status != NOT_THERE:
            raise
        return Done(partial(gone_there, incident_id, number, issue_id))
    key = str(issue["key"])
    if number == PARENT or case.case.item is None:
        return Done(partial(found_there, incident_id, number, key, {}, None, None))
    sides = await _sides(desk, case, issue, await _screen(desk, case, issue))
    keep = kept(issue) if case.undecided else None
    if case.undecided and keep is None and theirs_of(issue)[Field.STATE] != ActionState.OPEN:
        sides = replace(sides, read={field: value for field, value in sides.read.items() if field is not Field.STATE})
    merge = merged(case.ticket.agreed, sides)
    await _push(desk, issue, merge.push)
    return Done(partial(found_there, incident_id, number, key, sides.ours, merge, keep))


def theirs_of(issue: Mapping[str, Any]) -> Values:
    """Return what an issue has in common with an action item, in Jira's words."""
    fields = issue["fields"]
    done = fields["status"]["statusCategory"]["key"] in CLOSED
    return {
        Field.TITLE: fields.get("summary"),
        Field.STATE: ActionState.DONE.value if done else ActionState.OPEN.value,
        Field.OWNER: _who(fields.get("assignee")),
        Field.PRIORITY: _id(fields.get("priority")),
        Field.DUE_ON: fields.get("duedate") or None,
    }


def kept(issue: Mapping[str, Any]) -> Keep | None:
    """Return which side a closed ticket says to keep; None while it is open, or says nothing or both.

    Closed without a word it is opened again: its rows would be forgotten, and nobody decided them.
    """
    said = {KEEPS[label] for label in issue["fields"].get("labels") or [] if label in KEEPS}
    closed = theirs_of(issue)[Field.STATE] != ActionState.OPEN
    return said.pop() if closed and len(said) == 1 else None


def told(case: TicketCase, fields: Mapping[str, Any]) -> Agreed:
    """Return what both sides agree on once a ticket is created with *fields*. What is not among them is not agreed."""
    if case.item is None:
        return {}
    ours = values_of(case.item, case.owner)
    theirs = {
        Field.TITLE: fields["summary"],
        Field.STATE: ActionState.OPEN.value,
        Field.OWNER: _who(fields.get("assignee")),
        Field.PRIORITY: _id(fields.get("priority")),
        Field.DUE_ON: fields.get("duedate"),
    }
    said = {Field.TITLE, Field.OWNER, *(field for field, name in NAMES.items() if name in fields)}
    agreed: Agreed = {field: [ours[field], theirs[field]] for field in said}
    return agreed | {Field.STATE: [ActionState.OPEN, ActionState.OPEN]}


def _who(user: Mapping[str, Any] | None) -> str | None:
    return str(user.get("accountId") or user["name"]) if user else None


def _id(value: Mapping[str, Any] | None) -> str | None:
    return str(value["id"]) if value else None


async def _screen(desk: Desk, case: SyncCase, issue: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the fields that an issue lets us change. Asked is only when there is more to compare than the state."""
    base, theirs = case.ticket.agreed, theirs_of(issue)
    if base is not None and all(base.get(field) in (None, [case.ours[field], theirs[field]]) for field in NAMES):
        return {}
    return dict((await desk.api.get(f"issue/{issue['id']}/editmeta"))["fields"])


async def _sides(desk: Desk, case: SyncCase, issue: Mapping[str, Any], screen: Mapping[str, Any]) -> Sides:
    ours, theirs, base = case.ours, theirs_of(issue), case.ticket.agreed or {}
    allowed = [Choice(str(one["id"]), str(one["name"])) for one in screen.get("priority", {}).get("allowedValues", [])]
    naming, item = desk.project.naming, case.case.item
    assert item is not None
    priority = priority_among(item.priority, naming, allowed)
    read: dict[Field, str | None] = {Field.TITLE: theirs[Field.TITLE], Field.STATE: _state(item.state, theirs)}
    if theirs[Field.DUE_ON]:
        read[Field.DUE_ON] = theirs[Field.DUE_ON]
    same = priority is not None and priority.id == theirs[Field.PRIORITY]
    likely = item.priority if same else priority_like(theirs[Field.PRIORITY], naming, allowed)
    if isinstance(likely, Priority):
        read[Field.PRIORITY] = likely.value
    written: dict[Field, str | None] = {
        Field.TITLE: summary(case.case),
        Field.STATE: ActionState.OPEN.value if item.state is ActionState.OPEN else ActionState.DONE.value,
        Field.DUE_ON: ours[Field.DUE_ON],
    }
    if priority is not None:
        written[Field.PRIORITY] = priority.id
    read[Field.OWNER], written[Field.OWNER] = await _owners(desk, case, issue["fields"].get("assignee"), base)
    takes = {Field.STATE, *(field for field, name in NAMES.items() if name in screen)}
    if case.case.incident.private:  # It became so after it was filed: what is written since stays here.
        takes = {Field.STATE}
    return Sides(ours, theirs, read, {field: value for field, value in written.items() if field in takes})


def _state(ours: ActionState, theirs: Values) -> str:
    """Return what a ticket's state means here. One that is closed says no more than that nothing is left to do."""
    if theirs[Field.STATE] == ActionState.OPEN:
        return ActionState.OPEN.value
    return ours.value if ours is not ActionState.OPEN else ActionState.DONE.value


async def _owners(
    desk: Desk, case: SyncCase, assignee: Mapping[str, Any] | None, base: Agreed
) -> tuple[str | None, str | None]:
    """Return who Jira's assignee is here, and who our owner is there. Asked is only for what was changed."""
    ours, theirs = case.ours[Field.OWNER], _who(assignee)
    before = base.get(Field.OWNER)
    here, there = before is None or ours != before[0], before is None or theirs != before[1]
    workspace = case.case.incident.workspace_id
    read = await account_of(desk, workspace, assignee, case.people) if there and assignee else None if there else ours
    found = await assignable(desk, workspace, ours) if here and ours else None
    return read, (_who(found) if here else theirs)


async def _push(desk: Desk, issue: Mapping[str, Any], push: Values) -> None:
    """Change an issue. What was changed by an attempt whose answer was lost is changed to the same again."""
    fields = {NAMES[field]: _as_jira_takes(desk, field, value) for field, value in push.items() if field in NAMES}
    if fields:
        await desk.api.put(f"issue/{issue['id']}", {"fields": fields})
    if Field.STATE in push:
        await bring_to(desk.api, issue, OPEN if push[Field.STATE] == ActionState.OPEN else CLOSED)


def _as_jira_takes(desk: Desk, field: Field, value: str | None) -> Any:
    if field is Field.PRIORITY and value:
        return {"id": value}
    if field is Field.OWNER and value:
        return {"accountId" if desk.api.is_cloud else "name": value}
    return value
