"""The button of a reminder that puts it off."""

from bot.flows.remind import snooze_reminder
from bot.slack.asked import Answer, Asked
from bot.slack.desk import Desk
from bot.slack.mrkdwn import when


async def later(desk: Desk, asked: Asked) -> Answer:
    """Remind again when the next working day begins."""
    key, number = asked.text.split()
    until = await desk.house.do(snooze_reminder, asked.request, int(number), key)
    return Answer(f"{key}: I remind you again {when(until, '{date_short_pretty} at {time}')}.")
