"""/incident, with no word"""

from bot.errors import Refused
from bot.slack.asked import Answer, Asked
from bot.slack.blocks.card import card
from bot.slack.commands.help import help_
from bot.slack.desk import Desk
from bot.slack.sight import looked_at


async def card_(desk: Desk, asked: Asked) -> Answer:
    """Show the card of the incident whose channel this is; elsewhere, what there is to type."""
    try:
        view = await looked_at(desk, asked)
    except Refused:
        return await help_(desk, asked)
    message = card(view, desk.house.clock.now())
    return Answer(message["text"], message["blocks"])
