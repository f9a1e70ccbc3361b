"""The buttons of a review: book the time, see another, answer the two questions."""

from datetime import datetime

from bot.core.reviews import STEP
from bot.flows.book_review import answer_review, book_review, propose_review
from bot.slack.asked import Answer, Asked
from bot.slack.blocks.parts import actions, button, section
from bot.slack.desk import Desk
from bot.slack.mrkdwn import when

DAY_AND_TIME = "{date_long_pretty} at {time}"


async def proposed(desk: Desk, asked: Asked, key: str | None, after: datetime | None = None) -> Answer:
    """Propose a time, with buttons to book it or to see a later one."""
    proposal = await desk.house.read(propose_review, asked.request, after, key)
    incident, slot = proposal.incident, proposal.slot
    text = (
        f"{incident.key} could be reviewed {when(slot.at, DAY_AND_TIME)}: {slot.present} of {proposal.invited} who "
        "took part are at work then."
    )
    value = f"{incident.key} {slot.at.isoformat()}"
    buttons = actions(button("Book it", "review_book", value, "primary"), button("Another time", "review_later", value))
    return Answer(text, [section(text), buttons])


async def book(desk: Desk, asked: Asked) -> Answer:
    """Book the time that was proposed."""
    key, at = asked.text.split()
    review = await desk.house.do(book_review, asked.request, datetime.fromisoformat(at), key)
    return Answer(f"The review of {key} is booked for {when(review.at, DAY_AND_TIME)}. The invitation is on its way.")


async def later(desk: Desk, asked: Asked) -> Answer:
    """Propose a later time."""
    key, at = asked.text.split()
    return await proposed(desk, asked, key, datetime.fromisoformat(at) + STEP)


async def answer(desk: Desk, asked: Asked) -> Answer:
    """Count an answer; only totals are told."""
    key, question, word = asked.text.split()
    total, learned, again = await desk.house.do(answer_review, asked.request, question, word == "yes", key)
    return Answer(f"Thank you. Of {total} who answered, {learned} learned something and {again} would come again.")
