"""/incident private"""

from bot.flows.make_private import make_private
from bot.slack.asked import Answer, Asked
from bot.slack.desk import Desk


async def private(desk: Desk, asked: Asked) -> Answer:
    """Hide the incident from everyone who takes no part."""
    incident = await desk.house.do(make_private, asked.request)
    return Answer(
        f"{incident.key} is private now. A private channel for those who take part is on the way; this one is archived."
    )
