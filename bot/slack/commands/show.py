"""/incident show [INC-7]"""

from bot.flows.views import checklist_views, failures
from bot.slack.asked import Answer, Asked
from bot.slack.blocks.overview import overview
from bot.slack.desk import Desk
from bot.slack.mrkdwn import escape, incoming
from bot.slack.sight import looked_at


async def show(desk: Desk, asked: Asked) -> Answer:
    """Show everything about an incident: the one that is named, or the one whose channel this is."""
    view = await looked_at(desk, asked, incoming(asked.text).strip() or None)
    incident_id = view.incident.id or 0
    checklists = await desk.house.read(checklist_views, incident_id)
    failed = await desk.house.read(failures, incident_id)
    link = desk.page("incidents", view.incident.key)
    blocks = overview(view, checklists, failed, link, desk.house.clock.now())
    return Answer(f"{view.incident.key} {escape(view.incident.title)}", blocks)
