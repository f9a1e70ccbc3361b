"""/incident reopen [text]"""

from bot.slack.asked import Answer, Asked
from bot.slack.commands.status import moved
from bot.slack.desk import Desk
from store.types import Status


async def reopen(desk: Desk, asked: Asked) -> Answer:
    """Say that it is not over."""
    return await moved(desk, asked, Status.INVESTIGATING, asked.text)
