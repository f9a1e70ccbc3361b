"""The project that tickets go to: its issue types, and what each of them has on its screen."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.core.tickets import Choice
from bot.jira.api import JiraApi

PAGE = 50


@dataclass(frozen=True, slots=True)
class IssueType:
    """One type. ``level`` is 1 for those that hold others, such as epics, 0 for plain ones, -1 for parts of one."""

    id: str
    name: str
    level: int


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a type's create screen. ``demanded``: there is no ticket without it, and Jira fills in nothing."""

    id: str
    name: str
    demanded: bool
    allowed: tuple[Choice, ...]


Screen = Mapping[str, Field]


async def issue_types(api: JiraApi, project: str) -> tuple[IssueType, ...]:
    """Return the types of a project."""
    found = await _pages(api, f"issue/createmeta/{project}/issuetypes", "issueTypes")
    return tuple(IssueType(str(one["id"]), one["name"], _level(one)) for one in found)


async def screen(api: JiraApi, project: str, type_id: str) -> Screen:
    """Return the fields that a new issue of a type can have, by id."""
    found = await _pages(api, f"issue/createmeta/{project}/issuetypes/{type_id}", "fields")
    return {field.id: field for field in map(_field, found)}


async def _pages(api: JiraApi, path: str, name: str) -> list[dict[str, Any]]:
    """Return a list that Cloud calls by its name and Data Center "values"."""
    found: list[dict[str, Any]] = []
    while True:
        page = await api.get(path, startAt=len(found), maxResults=PAGE)
        new = page.get(name, page.get("values", []))
        found += new
        if not new or len(found) >= page.get("total", 0):
            return found


def _level(one: Mapping[str, Any]) -> int:
    if one.get("subtask"):
        return -1
    return int(one.get("hierarchyLevel", 1 if one["name"] == "Epic" else 0))  # a Data Center names no levels


def _field(one: Mapping[str, Any]) -> Field:
    allowed = (Choice(str(value["id"]), str(value.get("name") or value.get("value") or "")) for value in _allowed(one))
    demanded = bool(one.get("required")) and not one.get("hasDefaultValue")
    return Field(str(one.get("fieldId") or one["key"]), str(one.get("name", "")), demanded, tuple(allowed))


def _allowed(one: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [value for value in one.get("allowedValues") or [] if isinstance(value, dict) and "id" in value]
