"""A world with a practice Jira in it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.practice.tracker_http import TOKEN, PracticeJira
from tests.world import World, a_world


class Office:
    """A world, and the practice Jira that its tickets go to."""

    def __init__(self, world: World, jira: PracticeJira) -> None:
        self.world, self.jira = world, jira

    @property
    def filed(self) -> list[str]:
        """The summaries of all issues, in the order in which they were created."""
        return [issue.fields["summary"] for issue in self.jira.tracker.issues.values()]

    def asked(self, method: str, path: str) -> int:
        """Return how often Jira was asked something."""
        return sum(called[:2] == (method, path) for called in self.jira.calls)


@asynccontextmanager
async def an_office(folder: Path, database_url: str, **environment: str) -> AsyncIterator[Office]:
    """Build a world whose Jira is the practice one; *environment* adds to or overrides its settings."""
    async with PracticeJira() as jira:
        settings = {
            "JIRA_URL": jira.url,
            "JIRA_EMAIL": "bot@practice.example",
            "JIRA_API_TOKEN": TOKEN,
            "JIRA_PROJECT": jira.tracker.project,
            **environment,
        }
        async with a_world(folder, database_url, **settings) as world:
            jira.tracker.clock = world.clock
            yield Office(world, jira)


@pytest.fixture
async def office(database_url: str, tmp_path: Path) -> AsyncIterator[Office]:
    """An office, once on each kind of database."""
    async with an_office(tmp_path, database_url) as built:
        yield built


@pytest.fixture
async def small_office(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Office]:
    """The same on SQLite alone."""
    async with an_office(tmp_path, sqlite_url) as built:
        yield built
