"""/incident postmortem"""

from bot.slack.asked import Answer, Asked
from bot.slack.desk import Desk
from bot.slack.modals.postmortem import post_draft
from bot.slack.mrkdwn import incoming


async def postmortem(desk: Desk, asked: Asked) -> Answer:
    """Post the draft, and offer the form for notes."""
    return await post_draft(desk, asked, incoming(asked.text).strip() or None)
