"""/incident lead [@ana]"""

from bot.core.roles import COMMANDER
from bot.flows.take_role import give_role
from bot.slack.asked import Answer, Asked
from bot.slack.commands.whom import whom
from bot.slack.desk import Desk
from bot.slack.modals.role import given


async def lead(desk: Desk, asked: Asked) -> Answer:
    """Make someone the incident commander, or whoever asks."""
    account = await desk.house.do(give_role, asked.request, COMMANDER, whom(asked.text, "lead @ana"))
    return Answer(given(COMMANDER, account))
