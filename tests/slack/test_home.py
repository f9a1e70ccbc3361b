"""App Home: what I must do now, my open incidents, then everyone's."""

from typing import Any

from tests.world import ANA, BO, CHIDI, World


def texts(view: dict[str, Any] | None) -> list[str]:
    assert view is not None
    return [block["text"]["text"] for block in view["blocks"] if block["type"] == "section"]


async def home(world: World, user: str) -> list[str]:
    """Open Home as somebody and return its paragraphs."""
    await world.slack.open_home(user)
    await world.settle()
    return texts(world.slack.home(user))


async def test_an_empty_home_says_how_to_start_and_its_button_opens_the_form(small_world: World) -> None:
    world = small_world
    shown = await home(world, ANA)
    assert shown[0].startswith("*What you must do now*\nNothing waits for you.")
    assert "/incident open what is wrong" in shown[1]
    await world.slack.press_home(ANA, "open")
    await world.settle()
    assert world.slack.views(ANA)[-1]["title"]["text"] == "Open an incident"
    await world.slack.submit(ANA, values={"title": "search is slow"})
    await world.settle()
    assert any("search is slow" in text for text in texts(world.slack.home(ANA))), "a form sent from Home refreshes it"


async def test_home_shows_duties_overdue_first_then_my_incidents_then_everyones(small_world: World) -> None:
    world = small_world
    channel = await world.open("checkout is down")
    await world.open("search is slow", user=BO)
    await world.slash(BO, "ticket alert on queue age", channel=channel)
    await world.slash(ANA, f"check assign 2 <@{ANA}|ana>", channel=channel)
    await world.settle()
    await world.pass_(minutes=200)
    shown = await home(world, ANA)
    assert shown[0].startswith("*What you must do now* · ")
    assert "overdue" in shown[0]
    duties = shown[1 : shown.index("*Your open incidents*")]
    assert duties[0].startswith("⏰ *What is the blast radius?* · checklist step, overdue since <!date^")
    assert any("*Public update* · promised" in duty for duty in duties)
    mine = shown[shown.index("*Your open incidents*") + 1 : shown.index("*Everyone's*")]
    others = shown[shown.index("*Everyone's*") + 1 :]
    assert ["INC-1" in text for text in mine] == [True]
    assert ["INC-2" in text for text in others] == [True]


async def test_a_step_done_from_home_leaves_it(small_world: World) -> None:
    world = small_world
    channel = await world.open()
    await world.slash(ANA, f"check assign 1 <@{ANA}|ana>", channel=channel)
    assert any("*What changed recently?*" in text for text in await home(world, ANA))
    await world.slack.press_home(ANA, "step_done")
    await world.settle()
    assert not any("*What changed recently?*" in text for text in texts(world.slack.home(ANA)))
    assert any("1 of 4" in text for text in world.slack.said(channel))


async def test_a_private_incident_shows_in_the_home_of_those_who_take_part_alone(small_world: World) -> None:
    world = small_world
    await world.open("someone reads our mail", words="sev1 private")
    assert any("someone reads our mail" in text for text in await home(world, ANA))
    assert not any("INC-1" in text for text in await home(world, CHIDI))


async def test_a_resolved_incident_leaves_its_owner_the_postmortem(small_world: World) -> None:
    world = small_world
    channel = await world.open()
    await world.slash(ANA, "resolve a rollback helped", channel=channel)
    await world.settle()
    shown = await home(world, ANA)
    assert any("*Postmortem* · to be written, due <!date^" in text for text in shown)
    assert "You take part in none" in shown[shown.index(next(text for text in shown if "Your open" in text))]
