"""/incident resolve [text]"""

from bot.slack.asked import Answer, Asked
from bot.slack.commands.status import moved
from bot.slack.desk import Desk
from store.types import Status


async def resolve(desk: Desk, asked: Asked) -> Answer:
    """Say that it is over, and what fixed it."""
    return await moved(desk, asked, Status.RESOLVED, asked.text)
