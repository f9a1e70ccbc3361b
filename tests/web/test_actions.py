"""The board of action items: what it shows to whom, and what people do with it."""

import csv
import re
from io import StringIO
from pathlib import Path

from bot.core.board import Wish
from bot.flows.board import PAGE, all_cards, board
from store.people import find_person
from tests.home import ANA, BO, Home
from tests.jira.conftest import an_office
from tests.many import many
from tests.web.forms import get, post
from tests.world import World, a_world

TEAMS = '[team.everyone]\nchannel = "incidents"\n[team.payments]\nchannel = "payments"\nservices = ["checkout"]\n'


async def test_an_item_is_given_moved_done_and_declined_on_the_board_and_a_refusal_stands_on_it(
    small_world: World,
) -> None:
    world = small_world
    channel = await world.open()
    for words in ("=alert when the pool is full", "limit retries"):
        await world.slash(ANA, f"ticket {words}", channel)
    await world.slash(BO, "note I am here", channel)
    await world.settle()
    page = (await get(world, "/actions")).text
    assert "nobody yet" in page
    assert "limit retries" in page

    async def act(number: int, **fields: str) -> str:
        answer = await post(world, "/actions", f"/actions/INC-1/{number}", back="by=owner", **fields)
        assert answer.status_code in (200, 422)
        return answer.text

    assert 'id="column-2">Bo' in await act(1, act="give", owner="bo")
    assert "2026-05-04" in await act(1, act="change", due_on="2026-05-04", priority="p0")
    refused = await act(1, act="give", owner="nobody we know")
    assert "choose from the list" in refused
    assert refused.index('id="INC-1-2"') < refused.index('id="INC-1-1"') < refused.index('role="alert"')
    assert "Say why it is declined" in await act(2, act="decline", reason="")
    assert "limit retries" not in await act(2, act="decline", reason="the queue does that now")
    for _ in range(2):  # A form that is sent twice is done once, and refused to nobody.
        assert "No action item is like that" in await act(1, act="done", form="a-mark-of-its-own")
    await world.settle()
    rows = list(csv.DictReader(StringIO((await get(world, "/actions.csv?state=all")).text.removeprefix("\ufeff"))))
    assert [(row["state"], row["priority"], row["owner"], row["due"]) for row in rows] == [
        ("declined", "p2", "", rows[0]["due"]),
        ("done", "p0", "Bo", "2026-05-04"),
    ]
    assert rows[1]["title"] == "'=alert when the pool is full"
    assert "the queue does that now" in (await get(world, "/incidents/INC-1")).text


async def test_a_form_of_another_page_and_an_item_of_a_hidden_incident_change_nothing(small_world: World) -> None:
    world = small_world
    channel = await world.open("a leaked key", words="sev2 private")
    await world.slash(ANA, "ticket rotate it", channel)
    for page in ("/actions", "/actions?state=all", "/actions/report", "/actions.csv"):
        assert "rotate it" not in (await get(world, page)).text
    hidden = await post(world, "/actions", "/actions/INC-1/1", act="done")
    missing = await post(world, "/actions", "/actions/INC-9/1", act="done")
    assert hidden.status_code == missing.status_code == 422
    assert re.sub(r"INC-\d", "", hidden.text) == re.sub(r"INC-\d", "", missing.text)
    forged = await post(world, "/actions", "/actions/INC-1/1", act="done", csrf="0" * 64)
    assert forged.status_code == 403
    ana = await world.house.read(lambda tx: find_person(tx.db, 1, ANA))
    [card] = await world.house.read(all_cards, 1, ana, Wish())
    assert card.item.state == "open"


async def test_pages_of_the_board_follow_one_another_without_a_gap(home: Home) -> None:
    await home.do(many, 150, 300)
    for wish in (Wish("all"), Wish(overdue=True), Wish(owner="-"), Wish(owner="U0MANY001"), Wish(owner="U0NOBODY1")):
        every = [card.item.id or 0 for card in await home.read(all_cards, 1, None, wish)]
        paged, after = [], None
        while True:
            page = await home.read(
                board, 1, None, Wish(wish.state, owner=wish.owner, overdue=wish.overdue, after=after)
            )
            paged += [card.item.id or 0 for _, cards in page.columns for card in cards]
            assert page.shown <= PAGE
            if (after := page.after) is None:
                break
        assert sorted(paged) == sorted(every)
        assert len(set(paged)) == len(paged)


async def test_the_report_counts_for_each_team_what_the_board_shows(tmp_path: Path, sqlite_url: str) -> None:
    (tmp_path / "firstfive.toml").write_text(TEAMS)
    async with a_world(tmp_path, sqlite_url) as world:
        await world.house.do(many, 80, 200)
        report = csv.DictReader(StringIO((await get(world, "/actions/report.csv")).text.removeprefix("\ufeff")))
        for row in report:
            counted = {
                "open": f"team={row['team']}",
                "overdue": f"team={row['team']}&overdue=1",
                "without_owner": f"team={row['team']}&owner=-",
            }
            for column, query in counted.items():
                rows = list(csv.DictReader(StringIO((await get(world, f"/actions.csv?{query}")).text)))
                assert int(row[column]) == len(rows), (row, column)
                assert rows


async def test_what_jira_refused_says_why_on_the_board_and_is_tried_again_there(
    tmp_path: Path, sqlite_url: str
) -> None:
    async with an_office(tmp_path, sqlite_url) as office:
        world, tracker = office.world, office.jira.tracker
        tracker.screen["customfield_1"] = True
        channel = await world.open()
        await world.slash(ANA, "ticket alert on a full queue", channel)
        await world.settle()
        page = (await get(world, "/actions?ticket=refused")).text
        assert "Jira: customfield_1: Customfield_1 is required." in page
        del tracker.screen["customfield_1"]
        await post(world, "/actions", "/actions/INC-1/1", act="file")
        await world.settle()
        assert office.filed == ["alert on a full queue"]
        page = (await get(world, "/actions?ticket=filed")).text
        [key] = [issue.key for issue in tracker.issues.values()]
        assert f'/browse/{key}">{key}<' in page
        nothing = await post(world, "/actions", "/actions/INC-1/1", act="file")
        assert "is not gone" in nothing.text
