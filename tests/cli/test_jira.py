"""firstfive doctor jira and firstfive jira test-mapping: what is wrong with Jira, and what a ticket would be."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from click.testing import Result

from bot.practice.tracker_http import TOKEN, PracticeJira
from tests.cli.conftest import Shell


class Desk:
    """A shell whose Jira is a practice one."""

    def __init__(self, shell: Shell, jira: PracticeJira) -> None:
        self._shell, self.jira, self.tracker = shell, jira, jira.tracker
        self.environment = {
            "JIRA_URL": jira.url,
            "JIRA_EMAIL": "bot@practice.example",
            "JIRA_API_TOKEN": TOKEN,
            "JIRA_PROJECT": "PRAC",
        }

    async def __call__(self, words: str) -> Result:
        """Run a command on another thread: this one serves Jira."""
        return await asyncio.to_thread(self._shell, words, **self.environment)

    async def wrong(self) -> list[str]:
        """Return what doctor finds wrong."""
        answer = await self("doctor jira --json")
        found = json.loads(answer.stdout)
        assert all(each["type"] for each in found if each["state"] == "wrong")
        assert answer.exit_code == any(each["state"] == "wrong" for each in found)
        return [each["said"] for each in found if each["state"] == "wrong"]


@pytest.fixture
async def desk(shell: Shell) -> AsyncIterator[Desk]:
    async with PracticeJira() as jira:
        yield Desk(shell, jira)


async def test_a_jira_that_can_hold_tickets_is_well(desk: Desk) -> None:
    assert await desk.wrong() == []
    assert not [call for call in desk.jira.calls if call[0] != "GET"], "it only looks"


async def test_what_would_go_wrong_is_found_before_it_does(desk: Desk) -> None:
    desk.jira.permissions -= {"BROWSE_PROJECTS", "TRANSITION_ISSUES"}
    desk.tracker.screen["customfield_1"] = True
    del desk.tracker.screen["labels"]
    browse, rest, *types = await desk.wrong()
    assert "would not find its own tickets, and file them twice" in browse
    assert "lacks TRANSITION_ISSUES in PRAC" in rest
    assert {said.partition(":")[0] for said in types} == {
        "demands fields that we do not know",
        "has no labels on its create screen",
    }


async def test_a_token_or_a_project_that_is_none_is_found(desk: Desk) -> None:
    desk.environment["JIRA_API_TOKEN"] = "another"
    [said] = await desk.wrong()
    assert "Jira does not accept JIRA_API_TOKEN" in said
    desk.environment |= {"JIRA_API_TOKEN": TOKEN, "JIRA_PROJECT": "NONE"}
    [said] = await desk.wrong()
    assert said == "NONE (JIRA_PROJECT): No project could be found with key 'NONE'."


async def test_test_mapping_shows_a_ticket_and_files_none(desk: Desk) -> None:
    fields = json.loads((await desk("jira test-mapping --priority p0 --type repair")).stdout)
    assert (fields["priority"], fields["issuetype"]) == ({"id": "1"}, {"id": "10001"})
    assert fields["parent"] == {"id": "10000"}
    assert fields["description"]["type"] == "doc"
    assert desk.tracker.issues == {}
    desk.environment["JIRA_EMAIL"] = ""
    fields = json.loads((await desk("jira test-mapping")).stdout)
    assert fields["description"].startswith("Action item 1 of [INC\\-7|http"), "a Data Center takes wiki text"


async def test_without_jira_test_mapping_says_what_to_set(desk: Desk) -> None:
    desk.environment = {}
    answer = await desk("jira test-mapping")
    assert (answer.exit_code, "Set JIRA_URL" in answer.output) == (1, True)
