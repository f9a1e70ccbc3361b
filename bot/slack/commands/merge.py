"""/incident merge INC-4, /incident duplicate INC-4"""

from bot.errors import Refused
from bot.flows.join_incidents import join_incidents
from bot.slack.asked import Answer, Asked
from bot.slack.desk import Desk
from bot.slack.mrkdwn import incoming
from store.types import Link


async def merge(desk: Desk, asked: Asked) -> Answer:
    """End this incident; the work goes on in the one that is named."""
    return await _join(desk, asked, Link.MERGED, "merge")


async def duplicate(desk: Desk, asked: Asked) -> Answer:
    """Mark this incident as another one seen twice."""
    return await _join(desk, asked, Link.DUPLICATE, "duplicate")


async def _join(desk: Desk, asked: Asked, how: Link, word: str) -> Answer:
    other = incoming(asked.text).strip()
    if not other:
        raise Refused(f"Say which incident goes on: /incident {word} INC-4. See them: /incident list")
    incident, goes_on = await desk.house.do(join_incidents, asked.request, other, how)
    return Answer(f"{incident.key} is closed. The work goes on in {goes_on.key}; everyone here is invited there.")
