"""The project that tickets go to: its issue types, and what each of them has on its screen."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.cache import Cache
from bot.core.cache import Lifetime
from bot.core.tickets import Choice, Naming
from bot.errors import Rejected
from bot.jira.api import JiraApi
from store.types import Cause

PAGE = 50

# What Jira told of a project. A refusal says that it may have changed.
KNOWN = Lifetime(fresh=3600, stale=86400, failed=1.0, shared=True)  # seconds
TYPES = 50  # kept at most


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


class Project:
    """What is known of one project, by its *key*. It asks Jira when it has to, and raises what that raises."""

    def __init__(self, api: JiraApi, key: str, naming: Naming) -> None:
        self.key, self.naming = key, naming
        self._types: Cache[str, tuple[IssueType, ...]] = Cache(lambda key: issue_types(api, key), KNOWN, 1, api.seconds)
        self._screens: Cache[str, Screen] = Cache(lambda type_id: screen(api, key, type_id), KNOWN, TYPES, api.seconds)

    async def type_named(self, name: str) -> IssueType:
        """Return an issue type by its name. Raise Rejected with those that there are."""
        types = await self._types.get(self.key)
        found = next((one for one in types if one.name.casefold() == name.casefold()), None)
        if found is None:
            there = ", ".join(one.name for one in types)
            raise Rejected(f"issuetype: {self.key} has no {name}; it has {there}", cause=Cause.CONFIGURATION)
        return found

    async def parent_type(self) -> IssueType:
        """Return the type of an incident's own ticket: one that holds others, or a plain one where there is none."""
        types = await self._types.get(self.key)
        parents = [one for one in types if one.level > 0]
        wanted = next((one for one in parents if one.name.casefold() == self.naming.parent_type.casefold()), None)
        return wanted or (parents[0] if parents else await self.type_named(self.naming.issue_type))

    async def screen_of(self, kind: IssueType) -> Screen:
        """Return what a type has on its create screen."""
        return await self._screens.get(kind.id)

    async def holds(self, kind: IssueType) -> bool:
        """Whether incidents' own tickets can be the parents of this type; otherwise they are linked."""
        return (await self.parent_type()).level > kind.level and "parent" in await self.screen_of(kind)

    def forget(self, type_id: str) -> None:
        """Ask anew what there is for a type: a refusal may mean that it changed."""
        self._types.forget(self.key)
        self._screens.forget(type_id)

    async def close(self) -> None:
        """Stop asking."""
        await self._types.close()
        await self._screens.close()


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
