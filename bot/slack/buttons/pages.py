"""The buttons of a page that somebody else wrote on: write over it, or leave it as it is."""

from bot.flows.publish_page import keep_theirs, write_over
from bot.slack.asked import Answer, Asked
from bot.slack.desk import Desk


async def over(desk: Desk, asked: Asked) -> Answer:
    """Let our version replace theirs."""
    key, number = asked.text.split()
    incident = await desk.house.do(write_over, asked.request, int(number), key)
    return Answer(f"The page of {incident.key} is written anew.")


async def keep(desk: Desk, asked: Asked) -> Answer:
    """Leave theirs."""
    key, number = asked.text.split()
    incident = await desk.house.do(keep_theirs, asked.request, int(number), key)
    return Answer(f"The page of {incident.key} stays as it is. The next version that is published asks again.")
