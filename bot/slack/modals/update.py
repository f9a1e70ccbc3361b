"""The form that tells everyone where an incident stands."""

from typing import Any

from bot.core.statuses import MOVES
from bot.errors import Refused
from bot.flows.post_update import post_update
from bot.flows.take_note import LONGEST
from bot.flows.views import IncidentView
from bot.slack.asked import Answer, Asked
from bot.slack.desk import Desk
from bot.slack.modals.forms import choice, form, metadata, text_input, value
from bot.slack.mrkdwn import entered, when
from bot.slack.sight import looked_at
from store.incidents import LIVE, Incident
from store.types import Status

MINUTES = (10, 20, 30, 60, 120)  # what the form offers for the next update
NO_PROMISE = "0"  # offered where the severity demands no updates


def update_form(view: IncidentView, minutes: int | None) -> dict[str, Any]:
    """Return the form. *minutes* is what the severity demands; None lets the bot promise nothing."""
    incident = view.incident
    offered = [(f"{each} minutes", str(each)) for each in sorted({*MINUTES, minutes or MINUTES[0]})]
    offered += [] if minutes else [("No update is promised", NO_PROMISE)]
    moves = [incident.status, *(status for status in MOVES[incident.status] if status in LIVE)]
    return form(
        "update",
        f"Update {incident.key}",
        "Post",
        [
            text_input(
                "text",
                "What do people need to know?",
                longest=LONGEST,
                lines=True,
                hint="What is hurt, what you do about it, what comes next. Everyone can read it.",
            ),
            choice("minutes", "Next update in", offered, str(minutes) if minutes else NO_PROMISE),
            choice("status", "Status", [(each.capitalize(), each) for each in moves], incident.status),
        ],
        metadata={"key": incident.key},
    )


async def form_for_update(desk: Desk, asked: Asked, key: str | None = None) -> Answer:
    """Open the form for the incident that is meant, unless it is over."""
    view = await looked_at(desk, asked, key)
    if not view.incident.live:
        raise Refused(f"{view.incident.key} is {view.incident.status}. Open it again first: /incident reopen")
    return Answer(modal=update_form(view, desk.house.rules.demands[view.incident.severity].update_minutes))


async def submit_update(desk: Desk, asked: Asked) -> Answer:
    """Post the update, and move the incident if its status was changed."""
    incident = await desk.house.do(
        post_update,
        asked.request,
        entered(value(asked, "text")),
        int(value(asked, "minutes")),
        status=Status(value(asked, "status")),
        key=metadata(asked)["key"],
    )
    return Answer(posted(incident), shown=True)


def posted(incident: Incident) -> str:
    """Return what whoever posted an update is answered: by when the next one is due."""
    due = incident.update_due_at
    return f"{incident.key}: the update is posted. " + (f"The next one is due {when(due)}." if due else "None is due.")
