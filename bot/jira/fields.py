"""A ticket's fields as its project takes them: what is on the screen, with the values that are allowed."""

from typing import Any

from bot.core.conflicts import SHOWN
from bot.core.tickets import priority_among
from bot.core.wording import shortened
from bot.errors import Rejected
from bot.flows.file_conflicts import read_conflicts
from bot.flows.file_ticket import TicketCase
from bot.jira.conflicts import side_by_side
from bot.jira.desk import Desk
from bot.jira.people import assignable
from bot.jira.project import IssueType, Screen
from bot.jira.text import Paragraph, Part, rich
from store.types import Cause

LONGEST_SUMMARY = 255  # characters, set by Jira


async def fields_of(desk: Desk, case: TicketCase) -> dict[str, Any]:
    """Return what to create. Raise Rejected when the project cannot hold a ticket that is found again."""
    project = desk.project
    wanted = project.naming.type_of(case.item.type) if case.item else None
    kind = await project.type_named(wanted) if wanted else await project.parent_type()
    screen = await project.screen_of(kind)
    if "labels" not in screen:
        said = f"labels: the field is not on the create screen of {kind.name} in {project.key}. Add it there"
        raise Rejected(f"{said}: without it a ticket could be filed twice", cause=Cause.CONFIGURATION)
    fields = {
        "project": {"key": project.key},
        "issuetype": {"id": kind.id},
        "summary": summary(case),
        "labels": labels(case),
        "description": rich([*description(desk, case), *await _conflicts(desk, case)], cloud=desk.api.is_cloud),
        **await _of_item(desk, case, kind, screen),
        **project.naming.fields,
    }
    always = {"project", "issuetype", *project.naming.fields}
    return {name: value for name, value in fields.items() if name in screen or name in always}


async def _of_item(desk: Desk, case: TicketCase, kind: IssueType, screen: Screen) -> dict[str, Any]:
    if case.item is None:
        return {}
    found: dict[str, Any] = {"duedate": case.item.due_on.isoformat()}
    allowed = screen["priority"].allowed if "priority" in screen else ()
    priority = priority_among(case.item.priority, desk.project.naming, allowed)
    if priority is not None:
        found["priority"] = {"id": priority.id}
    if "assignee" in screen and case.owner is not None:
        assignee = await assignable(desk, case.incident.workspace_id, case.owner)
        found |= {"assignee": assignee} if assignee else {}
    if await desk.project.holds(kind) and case.parent is not None and case.parent.key is not None:
        found["parent"] = {"id": case.parent.issue_id}
    return found


async def _conflicts(desk: Desk, case: TicketCase) -> list[Part]:
    """Return the first rows that an item leaves to people, side by side."""
    if case.item is None or case.incident.id is None:
        return []
    found = await desk.house.read(read_conflicts, case.incident.id, case.item.number, limit=SHOWN)
    return side_by_side([conflict for _, conflict in found])


def summary(case: TicketCase) -> str:
    """Return the line that Jira shows everywhere."""
    words = case.item.title if case.item else f"{case.incident.key} {case.incident.title}"
    return shortened(" ".join(words.split()), LONGEST_SUMMARY)


def labels(case: TicketCase) -> list[str]:
    """Return the labels: the one that is ours alone, and what people search for."""
    kind = [case.item.type.value] if case.item else []
    return [case.ticket.label, case.incident.key, case.incident.severity.upper(), *kind]


def description(desk: Desk, case: TicketCase) -> list[Paragraph]:
    """Return what a reader needs who was not there."""
    incident, item = case.incident, case.item
    link = (incident.key, f"{desk.base}/incidents/{incident.key}")
    about = f": {' '.join(incident.title.split())} ({incident.severity.upper()})"
    first: Paragraph = [f"Action item {item.number} of ", link, about] if item else ["Incident ", link, about]
    done: list[Paragraph] = [[f"Done when: {' '.join(item.done_when.split())}"]] if item and item.done_when else []
    kind: list[Paragraph] = [[f"Type: {item.type}"]] if item else []
    page = ("Postmortem", f"{desk.base}/postmortems/{incident.key}")
    return [first, *done, *kind, [page]]
