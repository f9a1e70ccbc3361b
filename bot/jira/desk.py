"""What everything in this door works with: the API, the house, and what is known of the project."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from bot.cache import Cache
from bot.core.cache import Lifetime
from bot.core.tickets import Naming
from bot.errors import Rejected
from bot.house import House
from bot.jira.api import JiraApi
from bot.jira.project import IssueType, Screen, issue_types, screen
from store.types import Cause

# What Jira told of a project. A refusal says that it may have changed.
KNOWN = Lifetime(fresh=3600, stale=86400, failed=1.0, shared=True)  # seconds
TYPES = 50  # kept at most


EmailOf = Callable[[int, str], Awaitable[str | None]]


@dataclass(slots=True)
class Desk:
    """One project. *email_of* says under which address a workspace knows an account, or None.

    ``settle`` is how long a ticket whose answer was lost is looked for before it is created again: Jira's search shows
    new issues late.
    """

    api: JiraApi
    house: House
    project: str
    naming: Naming
    base: str
    settle: timedelta
    email_of: EmailOf
    types: Cache[str, tuple[IssueType, ...]] = field(init=False)
    screens: Cache[str, Screen] = field(init=False)

    def __post_init__(self) -> None:
        self.types = Cache(lambda project: issue_types(self.api, project), KNOWN, 1, self._seconds)
        self.screens = Cache(lambda type_id: screen(self.api, self.project, type_id), KNOWN, TYPES, self._seconds)

    async def type_named(self, name: str) -> IssueType:
        """Return an issue type by its name. Raise Rejected with those that there are."""
        types = await self.types.get(self.project)
        found = next((one for one in types if one.name.casefold() == name.casefold()), None)
        if found is None:
            there = ", ".join(one.name for one in types)
            raise Rejected(f"issuetype: {self.project} has no {name}; it has {there}", cause=Cause.CONFIGURATION)
        return found

    async def parent_type(self) -> IssueType:
        """Return the type of an incident's own ticket: one that holds others, or a plain one where there is none."""
        types = await self.types.get(self.project)
        parents = [one for one in types if one.level > 0]
        wanted = next((one for one in parents if one.name.casefold() == self.naming.parent_type.casefold()), None)
        return wanted or (parents[0] if parents else await self.type_named(self.naming.issue_type))

    def forget(self, type_id: str) -> None:
        """Ask anew what the project has for a type: a refusal may mean that it changed."""
        self.types.forget(self.project)
        self.screens.forget(type_id)

    async def close(self) -> None:
        """Stop asking."""
        await self.types.close()
        await self.screens.close()
        self.api.close()

    def _seconds(self) -> float:
        return self.house.clock.now().timestamp()
