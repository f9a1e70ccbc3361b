"""/incident impact text"""

from bot.flows.take_note import state_impact
from bot.slack.asked import Answer, Asked
from bot.slack.desk import Desk
from bot.slack.mrkdwn import incoming


async def impact(desk: Desk, asked: Asked) -> Answer:
    """Say whom it hurts and how."""
    incident = await desk.house.do(state_impact, asked.request, incoming(asked.text))
    return Answer(f"The impact stands on the card of {incident.key}.")
