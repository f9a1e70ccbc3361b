"""What somebody may see of an incident, read for commands, buttons and forms alike."""

from bot.errors import Refused
from bot.flows.asked import incident_looked_at
from bot.flows.views import IncidentView, checklist_views, incident_view
from bot.slack.asked import Answer, Asked
from bot.slack.blocks.checklist import checklist_message
from bot.slack.desk import Desk


async def looked_at(desk: Desk, asked: Asked, key: str | None = None) -> IncidentView:
    """Return the incident that is meant, or refuse. Who only looks takes no part."""
    incident_id = await desk.house.read(incident_looked_at, asked.request, key)
    view = await desk.house.read(incident_view, incident_id)
    if view is None:
        raise Refused("That incident is gone. See them all: /incident list")
    return view


async def checklist_in_hand(desk: Desk, asked: Asked, key: str | None = None) -> Answer:
    """Answer with the checklist that people are at: the first unfinished one, or the last."""
    view = await looked_at(desk, asked, key)
    runs = await desk.house.read(checklist_views, view.incident.id or 0)
    if not runs:
        raise Refused("No checklist runs here. Start one: /incident start investigation")
    hand = next((run for run in runs if run.in_hand is not None), runs[-1])
    message = checklist_message(hand, desk.house.clock.now())
    return Answer(message["text"], message["blocks"])
