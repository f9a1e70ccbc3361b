"""/incident note text"""

from bot.flows.take_note import take_note
from bot.slack.asked import Answer, Asked
from bot.slack.desk import Desk
from bot.slack.modals.note import noted
from bot.slack.mrkdwn import incoming


async def note(desk: Desk, asked: Asked) -> Answer:
    """Add a note to the timeline of the incident whose channel this is."""
    key, seq = await desk.house.do(take_note, asked.request, incoming(asked.text))
    return Answer(noted(key, seq))
