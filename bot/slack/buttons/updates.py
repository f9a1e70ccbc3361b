"""The buttons of the nudge about a missed update."""

from bot.flows.post_update import dismiss_update, snooze_update
from bot.slack.asked import Answer, Asked
from bot.slack.desk import Desk
from bot.slack.mrkdwn import when


async def snooze(desk: Desk, asked: Asked) -> Answer:
    """Promise the update for ten minutes from now."""
    incident = await desk.house.do(snooze_update, asked.request, asked.text)
    due = incident.update_due_at
    return Answer(f"{incident.key}: the update is due {when(due)} now." if due else "", shown=True)


async def dismiss(desk: Desk, asked: Asked) -> Answer:
    """Withdraw the promise."""
    incident = await desk.house.do(dismiss_update, asked.request, asked.text)
    return Answer(f"{incident.key}: no update is promised now. The next one you post promises another.", shown=True)
