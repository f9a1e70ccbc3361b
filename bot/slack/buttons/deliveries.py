"""The buttons under what could not be delivered."""

from bot.flows.recover import retry_effect
from bot.slack.asked import AWAY, Answer, Asked
from bot.slack.desk import Desk
from bot.slack.modals.role import invite_form


async def retry(desk: Desk, asked: Asked) -> Answer:
    """Try it again."""
    key, effect_id = asked.text.split()
    await desk.house.do(retry_effect, asked.request, int(effect_id))
    return Answer(f"{key}: it is tried again. What fails again is under /incident show {key}")


async def invite_other(desk: Desk, asked: Asked) -> Answer:
    """Ask whom to invite instead."""
    return Answer(modal=invite_form(asked.text))


async def dismiss(desk: Desk, asked: Asked) -> Answer:
    """Put the message away; what it told stays on the timeline."""
    return AWAY
