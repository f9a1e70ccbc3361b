"""/incident timeline"""

from bot.flows.asked import incident_looked_at
from bot.flows.views import timeline_view
from bot.slack.asked import Answer, Asked
from bot.slack.blocks.timeline import latest
from bot.slack.desk import Desk
from bot.slack.mrkdwn import incoming


async def timeline(desk: Desk, asked: Asked) -> Answer:
    """Show the latest of what happened, with a link to all of it."""
    incident_id = await desk.house.read(incident_looked_at, asked.request, incoming(asked.text).strip() or None)
    view = await desk.house.read(timeline_view, incident_id)
    assert view is not None, "an incident that is looked at is there"
    return Answer(f"Timeline of {view.incident.key}", latest(view, desk.page("incidents", view.incident.key)))
