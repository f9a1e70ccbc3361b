"""/incident review"""

from bot.slack.asked import Answer, Asked
from bot.slack.buttons.reviews import proposed
from bot.slack.desk import Desk
from bot.slack.mrkdwn import incoming


async def review(desk: Desk, asked: Asked) -> Answer:
    """Propose a time for the review."""
    return await proposed(desk, asked, incoming(asked.text).strip() or None)
