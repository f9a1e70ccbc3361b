"""/incident start common-culprits"""

from bot.core.checklists import After, Checklist, Moment
from bot.flows.walk_checklist import start_checklist
from bot.slack.asked import Answer, Asked
from bot.slack.blocks.parts import fitting
from bot.slack.desk import Desk
from bot.slack.mrkdwn import escape, incoming

STARTS = {
    Moment.INCIDENT_OPENED: "starts when an incident opens",
    Moment.INCIDENT_RESOLVED: "starts when an incident is resolved",
    Moment.BY_HAND: "starts when you say so",
}


async def start(desk: Desk, asked: Asked) -> Answer:
    """Start a checklist. Without a name, show which there are."""
    name = incoming(asked.text).strip()
    if not name:
        known = desk.house.rules.checklists()
        return Answer(fitting(["*Checklists you can start*", *(_line(known[id]) for id in sorted(known))]))
    title = await desk.house.do(start_checklist, asked.request, name)
    return Answer(f"{escape(title)} is started.")


def _line(checklist: Checklist) -> str:
    starts = checklist.starts
    when = f"follows {starts.checklist}" if isinstance(starts, After) else STARTS[starts]
    return f"`/incident start {checklist.id}`  {escape(checklist.title)} · {len(checklist.steps)} steps · {when}"
