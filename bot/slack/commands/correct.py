"""/incident correct 12 text"""

from bot.errors import Refused
from bot.flows.take_note import correct_entry
from bot.slack.asked import Answer, Asked
from bot.slack.desk import Desk
from bot.slack.mrkdwn import incoming

LONGEST_NUMBER = 9  # digits


async def correct(desk: Desk, asked: Asked) -> Answer:
    """Correct what an entry of the timeline says; its first wording stays there too."""
    number, _, text = asked.text.partition(" ")
    digits = number.lstrip("#").rstrip(".:")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_NUMBER):
        raise Refused("Say which entry and what is right: /incident correct 12 error rate was 4.8 %")
    key, _ = await desk.house.do(correct_entry, asked.request, int(digits), incoming(text))
    return Answer(f"Entry {int(digits)} of {key} is corrected. Its first wording stays on the timeline.")
