"""App Home: shown as it is when somebody opens it."""

from bot.flows.follow_home import open_home
from bot.slack.asked import Asked
from bot.slack.desk import Desk


async def opened(desk: Desk, asked: Asked) -> None:
    """Follow somebody to the Home tab; the messages tab is Slack's own."""
    if asked.payload.get("tab") == "home":
        await desk.house.do(open_home, asked.request)
