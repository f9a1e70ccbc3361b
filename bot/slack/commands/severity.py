"""/incident severity sev2"""

from bot.core.severities import severity_named
from bot.errors import Refused
from bot.flows.change_status import change_severity
from bot.slack.asked import Answer, Asked
from bot.slack.desk import Desk
from bot.slack.mrkdwn import incoming


async def severity(desk: Desk, asked: Asked) -> Answer:
    """Say how bad it is now, and what that demands."""
    demands = desk.house.rules.demands
    chosen = severity_named(incoming(asked.text).strip())
    if chosen is None:
        meanings = "; ".join(f"{each.upper()}: {demand.meaning}" for each, demand in demands.items())
        raise Refused(f"Say which: /incident severity sev2. {meanings}.")
    incident = await desk.house.do(change_severity, asked.request, chosen)
    minutes = demands[chosen].update_minutes
    promise = f"It asks for an update every {minutes} minutes." if minutes else "It asks for no updates."
    return Answer(f"{incident.key} is {chosen.upper()} now. {promise}")
