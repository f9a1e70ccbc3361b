"""/incident close"""

from bot.slack.asked import Answer, Asked
from bot.slack.commands.status import moved
from bot.slack.desk import Desk
from store.types import Status


async def close(desk: Desk, asked: Asked) -> Answer:
    """End the paperwork of a resolved incident."""
    return await moved(desk, asked, Status.CLOSED, asked.text)
