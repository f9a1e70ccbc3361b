"""/incident review"""

from bot.flows.book_review import call_off_review
from bot.slack.asked import Answer, Asked
from bot.slack.buttons.reviews import DAY_AND_TIME, proposed
from bot.slack.desk import Desk
from bot.slack.mrkdwn import incoming, when


async def review(desk: Desk, asked: Asked) -> Answer:
    """Propose a time for the review, or call it off."""
    words = incoming(asked.text).split()
    if words and words[0].casefold() == "cancel":
        key = words[1].upper() if len(words) > 1 else None
        called_off = await desk.house.do(call_off_review, asked.request, key)
        return Answer(f"The review {when(called_off.at, DAY_AND_TIME)} is called off. Those invited hear of it.")
    return await proposed(desk, asked, incoming(asked.text).strip() or None)
