"""Forms on the state of an incident: its status, its severity, its end."""

from typing import Any

from bot.core.severities import Demands
from bot.core.statuses import MOVES
from bot.flows.change_status import change_severity, change_status
from bot.flows.take_note import LONGEST
from bot.flows.views import IncidentView
from bot.slack.asked import Answer, Asked
from bot.slack.desk import Desk
from bot.slack.modals.forms import choice, form, metadata, text_input, value
from bot.slack.mrkdwn import entered
from store.incidents import Incident
from store.types import Severity, Status

KNOWN = "What do you know now?"


def status_form(incident: Incident) -> dict[str, Any]:
    """Return the form that moves an incident to another status, of those its life allows."""
    moves = [(each.capitalize(), each) for each in MOVES[incident.status]]
    return form(
        "status",
        f"Status of {incident.key}",
        "Change",
        [choice("status", "It is", moves), text_input("text", KNOWN, longest=LONGEST, lines=True, optional=True)],
        metadata={"key": incident.key},
    )


def resolve_form(incident: Incident) -> dict[str, Any]:
    """Return the form that says it is over."""
    fixed = text_input(
        "text",
        "What fixed it?",
        longest=LONGEST,
        lines=True,
        optional=True,
        hint="It goes onto the timeline, and the postmortem draft starts with it.",
    )
    return form("resolve", f"Resolve {incident.key}", "Resolve", [fixed], metadata={"key": incident.key})


def severity_form(view: IncidentView, demands: Demands) -> dict[str, Any]:
    """Return the form that says how bad it is."""
    incident = view.incident
    levels = [(f"{each.upper()}: {demands[each].meaning}", each) for each in Severity]
    return form(
        "severity",
        f"Severity of {incident.key}",
        "Change",
        [choice("severity", "How bad is it now?", levels, incident.severity)],
        metadata={"key": incident.key},
    )


async def submit_status(desk: Desk, asked: Asked) -> Answer:
    """Move the incident."""
    return await _move(desk, asked, Status(value(asked, "status")))


async def submit_resolve(desk: Desk, asked: Asked) -> Answer:
    """Resolve the incident."""
    return await _move(desk, asked, Status.RESOLVED)


async def submit_severity(desk: Desk, asked: Asked) -> Answer:
    """Change the severity."""
    severity, key = Severity(value(asked, "severity")), metadata(asked)["key"]
    incident = await desk.house.do(change_severity, asked.request, severity, key)
    return Answer(f"{incident.key} is {incident.severity.upper()} now.", shown=True)


async def _move(desk: Desk, asked: Asked, status: Status) -> Answer:
    key = metadata(asked)["key"]
    incident = await desk.house.do(change_status, asked.request, status, entered(value(asked, "text")), key)
    return Answer(f"{incident.key} is {incident.status} now.", shown=True)
