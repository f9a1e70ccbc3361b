"""What everything in this door works with: the API, the project, the house."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.house import House
from bot.jira.api import JiraApi
from bot.jira.project import Project

EmailOf = Callable[[int, str], Awaitable[str | None]]
AccountWith = Callable[[int, str], Awaitable[str | None]]


@dataclass(slots=True)
class Desk:
    """One project. *email_of* says under which address a workspace knows an account, *account_with* whom an address is.

    ``base`` is where people reach the web door. ``settle`` is how long a ticket whose answer was lost is looked for
    before it is created again: Jira's search shows new issues late.
    """

    api: JiraApi
    project: Project
    house: House
    base: str
    settle: timedelta
    email_of: EmailOf
    account_with: AccountWith

    async def close(self) -> None:
        """Stop asking."""
        await self.project.close()
        self.api.close()
