"""In bulk from the postmortem: what it plans becomes action items and tickets, each once."""

import pytest
from playwright.async_api import Browser

from bot.errors import Refused
from bot.flows.file_planned import file_planned
from bot.flows.publish_postmortem import publish_postmortem
from bot.flows.tx import Request
from tests.jira.conftest import Office
from tests.web.axe import violations
from tests.world import ANA, BO

TEXT = """# INC-1 checkout is down

## Action items

| # | Action | Owner | Priority | Type | Due |
|---|---|---|---|---|---|
| 1 | alert on a full queue | Ana | P1 | detect | 2026-04-01 |
| | Page when checkout answers 5xx | {bo} | P0 | detect | 2026-03-20 |
| | Drill the failover | nobody | P2 | mitigate | |
| | Limit the retries | tbd | P1 | prevent | |
"""


async def test_what_a_postmortem_plans_is_filed_from_its_page_and_its_post_each_once(
    small_office: Office, browser: Browser
) -> None:
    world = small_office.world
    channel = await world.open()
    await world.slash(ANA, "ticket alert on a full queue", channel)
    await world.slash(BO, "note here", channel)
    await world.slash(ANA, "resolve", channel)
    publishing = Request("publish", "shell:ana")
    await world.house.do(publish_postmortem, publishing, TEXT.format(bo=BO), 0, None, "INC-1")
    await world.settle()
    page = await browser.new_page()
    await page.goto(f"{world.url}/postmortems/INC-1/items")
    assert await page.inner_text("h1") == "3 planned, and not filed yet"
    assert await violations(page) == []
    await page.uncheck("text=Limit the retries")
    await page.click("text=File what is ticked")
    assert "Drill the failover" in await page.inner_text("main")
    await page.close()
    await world.settle()
    assert small_office.filed[2:] == ["Page when checkout answers 5xx", "Drill the failover"]
    page_item = list(small_office.jira.tracker.issues.values())[2].fields
    assert (page_item["priority"], page_item["duedate"]) == ({"id": "1"}, "2026-03-20")
    assert page_item["assignee"] == {"accountId": "practice:bo"}
    await world.press(ANA, "incidents", "postmortem_items")
    await world.slack.submit(ANA, values={})
    await world.settle()
    assert small_office.filed[4:] == ["Limit the retries"]
    with pytest.raises(Refused, match="plans nothing new"):
        await world.house.do(file_planned, Request("again", "shell:ana"), "INC-1")
