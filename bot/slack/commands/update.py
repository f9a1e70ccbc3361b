"""/incident update [text]"""

from bot.flows.post_update import post_update
from bot.slack.asked import Answer, Asked
from bot.slack.desk import Desk
from bot.slack.modals.update import form_for_update, posted
from bot.slack.mrkdwn import incoming


async def update(desk: Desk, asked: Asked) -> Answer:
    """Tell everyone where it stands, and promise the next update. Without a text, a form asks for it."""
    if not asked.text:
        return await form_for_update(desk, asked)
    incident = await desk.house.do(post_update, asked.request, incoming(asked.text))
    return Answer(posted(incident))
