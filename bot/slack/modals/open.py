"""The form that opens an incident."""

from typing import Any

from bot.core.said import Said
from bot.flows.open_for_alerts import open_for_alerts
from bot.flows.open_incident import LONGEST_TITLE, open_incident
from bot.slack.asked import Answer, Asked
from bot.slack.desk import Desk
from bot.slack.modals.capture import carried, carrying
from bot.slack.modals.forms import checkboxes, choice, form, metadata, text_input, value
from bot.slack.mrkdwn import entered
from store.types import Severity


def open_form(
    severity: Severity, title: str = "", said: Said | None = None, alerts: int | None = None
) -> dict[str, Any]:
    """Return the form. *said* is the message that it was opened from, *alerts* the group of alerts, if any."""
    return form(
        "open",
        "Open an incident",
        "Open",
        [
            text_input(
                "title", "What is wrong?", title, longest=LONGEST_TITLE, hint="One line, as a customer would say it."
            ),
            choice("severity", "How bad is it?", [(each.upper(), each) for each in Severity], severity),
            checkboxes(
                "flags",
                "Options",
                [("Private: only those who take part see it", "private"), ("Test: counts nowhere", "test")],
            ),
        ],
        metadata=(carrying(said) if said else {}) | ({"alerts": alerts} if alerts else {}),
    )


async def submit_open(desk: Desk, asked: Asked) -> Answer:
    """Open the incident that the form describes."""
    title, flags = entered(value(asked, "title")), value(asked, "flags") or []
    severity, alerts = Severity(value(asked, "severity")), metadata(asked).get("alerts")
    options = {"private": "private" in flags, "test": "test" in flags}
    do = desk.house.do
    if alerts is None:
        opened = await do(open_incident, asked.request, title, severity, said=carried(asked), **options)
    else:
        opened = await do(open_for_alerts, asked.request, alerts, title, severity, **options)
    return Answer(f"{opened.key} is open as {opened.severity.upper()}. Its channel is on the way.")
