"""Jira's webhook: verified, stored, answered, and believed only that something happened."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.practice.tracker_hooks import TrackerHooks, Weather
from tests.jira.conftest import Office, an_office
from tests.jira.test_sync import an_item, item_of
from tests.world import ANA

SECRET = "what Jira signs with"


@pytest.fixture
async def called(database_url: str, tmp_path: Path) -> AsyncIterator[tuple[Office, TrackerHooks]]:
    """An office whose Jira calls us."""
    async with an_office(tmp_path, database_url, JIRA_WEBHOOK_SECRET=SECRET) as office:
        yield office, TrackerHooks(office.jira.tracker, f"{office.world.url}/jira/webhook", SECRET)


async def test_a_webhook_brings_a_change_at_once_however_often_and_in_which_order(
    called: tuple[Office, TrackerHooks],
) -> None:
    office, hooks = called
    _, issue = await an_item(office)
    await hooks.deliver()
    office.jira.tracker.change(issue, {"summary": "page on a full queue"})
    office.jira.tracker.change(issue, {"summary": "page on half a queue"})
    hooks.weather = Weather(repeated=1.0, reordered=True)
    await hooks.deliver()
    assert sorted(hooks.statuses[-4:]) == [200, 200, 202, 202]
    await office.world.settle()
    assert (await item_of(office)).title == "page on half a queue"
    office.jira.tracker.delete(issue)
    await hooks.deliver()
    await office.world.settle()
    assert f"{issue.key} is gone" in str(office.world.slack.state())
    hooks.secret = "something else"
    hooks._heard("jira:issue_updated", issue)
    await hooks.deliver()
    assert hooks.statuses[-1] == 401


async def test_it_is_the_issue_that_counts_and_not_what_a_webhook_says(called: tuple[Office, TrackerHooks]) -> None:
    office, hooks = called
    channel, issue = await an_item(office)
    await office.world.press(ANA, channel, "action_done")
    hooks.waiting.clear()
    hooks._heard("jira:issue_deleted", issue)
    await hooks.deliver()
    await office.world.settle()
    assert "is gone" not in str(office.world.slack.messages(channel))
