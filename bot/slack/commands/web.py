"""/incident web"""

from bot.flows.sign_in import hand_pass
from bot.slack.asked import Answer, Asked
from bot.slack.desk import Desk


async def web(desk: Desk, asked: Asked) -> Answer:
    """Give whoever asks a link that signs them in on the pages, once."""
    address = desk.way_in(await desk.house.do(hand_pass, asked.request))
    return Answer(f"<{address}|Open the pages of firstfive> as yourself. The link works once, within ten minutes.")
