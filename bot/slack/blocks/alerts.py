"""What monitors say, told together: in the announce channel, or in the channel of the incident it belongs to."""

from typing import Any

from bot.flows.alert_groups import AlertsView
from bot.slack.blocks.card import channel_link
from bot.slack.blocks.parts import actions, button, context, fitting, section
from bot.slack.mrkdwn import escape, line, when

WORDS = 200  # characters of one alert
ROOM = 1500  # characters of all that are named


def announced(view: AlertsView) -> dict[str, Any]:
    """Return the message to everybody: what came, and a button that opens an incident while there is none."""
    message = listed(view)
    if view.incident is None:
        opens = button("Open an incident", "alerts_open", str(view.group.id), "primary")
        return message | {"blocks": [*message["blocks"], actions(opens)]}
    key = "An incident" if view.incident.private else view.incident.key
    where = "" if view.incident.private else channel_link(view.incident)
    return message | {"blocks": [*message["blocks"], context(f"{key} is open for these.{where}")]}


def listed(view: AlertsView) -> dict[str, Any]:
    """Return the message without a button: how many alerts, of how many services, and the first of them in words."""
    shape = "🔔" if view.tally.firing else "✅"
    head = f"{shape} *{escape(view.tally.told)}* · since {when(view.began)}"
    named = [f"• {line(text, WORDS)}" for text in view.told]
    more = view.tally.alerts - len(named)
    small = [context(f"and {more} more; all are counted, the first are listed")] if named and more > 0 else []
    words = [section(fitting(named, ROOM))] if named else []
    return {"text": f"{view.tally.told}: {line(view.told[0], WORDS)}" if named else view.tally.told} | {
        "blocks": [section(head), *words, *small]
    }


def subscription(topic: str, url: str) -> dict[str, Any]:
    """Return the question whether a topic of Amazon SNS may send its alarms here."""
    text = (
        f"Amazon SNS asks whether alarms of *{escape(topic)}* may be sent here. Confirm it if one of you subscribed it "
        "just now; otherwise leave it, and nothing will come."
    )
    return {"text": text, "blocks": [section(text), actions(button("Confirm", "open_link", topic, url=url))]}
