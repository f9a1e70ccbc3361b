"""/incident list"""

from bot.flows.views import seen_by
from bot.slack.asked import Answer, Asked
from bot.slack.blocks.listing import incident_list
from bot.slack.desk import Desk


async def list_(desk: Desk, asked: Asked) -> Answer:
    """Show what is being worked on, with links; private incidents only to those who take part."""
    incidents = await desk.house.read(seen_by, asked.request)
    live = sum(incident.live for incident in incidents)
    text = f"{live} being worked on" if live else "Nothing is being worked on."
    return Answer(text, incident_list(incidents, desk.house.clock.now()))
