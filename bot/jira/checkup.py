"""A look at Jira without changing anything: who we are there, what we may do, and whether the project fits."""

from dataclasses import dataclass

from bot.core.tickets import PRIORITIES, named, priority_among
from bot.errors import Failed
from bot.jira.api import JiraApi
from bot.jira.project import IssueType, Project, Screen
from store.types import ActionType, Priority

NEEDED = ("BROWSE_PROJECTS", "CREATE_ISSUES", "EDIT_ISSUES", "TRANSITION_ISSUES", "ASSIGN_ISSUES")
OURS = ("description", "labels", "priority", "duedate", "assignee", "parent")
SET = {
    "project",
    "issuetype",
    "summary",
    "description",
    "labels",
}  # on every ticket; the others only where we know them


@dataclass(frozen=True, slots=True)
class OfType:
    """What an issue type's create screen means for our tickets, by field names and ids."""

    name: str
    demanded: tuple[str, ...]
    absent: tuple[str, ...]
    renamed: tuple[tuple[Priority, str, str], ...]  # ours, the name that is not there, and what is taken instead


@dataclass(frozen=True, slots=True)
class Checkup:
    """What was seen. ``error`` is Jira's own words, empty when the account can be used."""

    error: str = ""
    account: str = ""
    missing: tuple[str, ...] = ()
    project_error: str = ""
    types: tuple[OfType, ...] = ()


async def examine(api: JiraApi, project: Project) -> Checkup:
    """Ask Jira. It never raises: what went wrong is what was seen."""
    try:
        me = await api.get("myself")
        rights = await api.get("mypermissions", projectKey=project.key, permissions=",".join(NEEDED))
    except Failed as failed:
        return Checkup(error=failed.reason)
    name = str(me.get("emailAddress") or me.get("displayName") or me.get("name"))
    have = rights["permissions"]
    missing = tuple(right for right in NEEDED if not have.get(right, {}).get("havePermission"))
    try:
        types = [await project.type_named(kind) for kind in _kinds(project)]
        parent = await project.parent_type()
        seen = [_seen(project, kind, await project.screen_of(kind)) for kind in dict.fromkeys([parent, *types])]
    except Failed as failed:
        return Checkup(account=name, missing=missing, project_error=failed.reason)
    return Checkup(account=name, missing=missing, types=tuple(seen))


def _kinds(project: Project) -> list[str]:
    return list(dict.fromkeys(project.naming.type_of(action) for action in ActionType))


def _seen(project: Project, kind: IssueType, screen: Screen) -> OfType:
    given = SET | set(project.naming.fields)
    demanded = tuple(f"{one.name} ({one.id})" for one in screen.values() if one.demanded and one.id not in given)
    allowed = screen["priority"].allowed if "priority" in screen else ()
    wanted = ((each, project.naming.priorities.get(each, PRIORITIES[each])) for each in Priority)
    lost = [(each, name) for each, name in wanted if allowed and not named(name, allowed)]
    renamed = tuple((each, name, _ranked(project, each, screen)) for each, name in lost)
    absent = tuple(name for name in OURS if name not in screen and (name != "parent" or kind.level < 1))
    return OfType(kind.name, demanded, absent, renamed)


def _ranked(project: Project, priority: Priority, screen: Screen) -> str:
    found = priority_among(priority, project.naming, screen["priority"].allowed)
    return found.name if found else ""
