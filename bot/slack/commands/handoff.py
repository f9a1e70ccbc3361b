"""/incident handoff @ana"""

from bot.flows.take_role import hand_off
from bot.slack.asked import Answer, Asked
from bot.slack.commands.whom import someone
from bot.slack.desk import Desk
from bot.slack.mrkdwn import mention


async def handoff(desk: Desk, asked: Asked) -> Answer:
    """Hand every role of whoever asks to somebody else."""
    account = await desk.house.do(hand_off, asked.request, someone(asked.text, "handoff @ana"))
    return Answer(f"{mention(account)} has your roles now. You can rest.")
