"""What is posted about a review: the invitation's line, the reminder, the two questions."""

from datetime import datetime
from typing import Any

from bot.core.reviews import LENGTH
from bot.core.wording import shortened
from bot.slack.blocks.parts import SECTION, actions, button, section
from bot.slack.mrkdwn import escape, mention, when

Message = dict[str, Any]

DAY_AND_TIME = "{date_long_pretty} at {time}"


def invited(key: str, at: datetime, facilitator: str | None, agenda: list[str], link: str) -> str:
    """The words beside the calendar's file."""
    leads = f"{mention(facilitator)} leads it" if facilitator else "Somebody who took no part is to lead it"
    listed = "\n".join(f"{number}. {escape(line)}" for number, line in enumerate(agenda, 1))
    minutes = int(LENGTH.total_seconds()) // 60
    head = f"The review of {key} is {when(at, DAY_AND_TIME)}, for {minutes} minutes. {leads}."
    return shortened(f"{head} Read the <{link}|draft> before.\n{listed}", SECTION)


def soon(key: str, at: datetime, link: str) -> Message:
    """The review begins soon."""
    text = f"The review of {key} begins at {when(at)}."
    return {"text": text, "blocks": [section(text), actions(button("Read draft", "open_link", key, url=link))]}


def called_off(key: str, at: datetime) -> Message:
    """The review does not take place."""
    text = f"The review of {key} {when(at, DAY_AND_TIME)} is called off. Find another time: `/incident review`"
    return {"text": text, "blocks": [section(text)]}


def poll(key: str) -> Message:
    """Two questions, and only totals are shown."""
    text = f"The review of {key} is over. Two questions; only totals are shown."
    asked = (("Did you learn something?", "learned"), ("Would you come to another?", "again"))
    blocks = [section(text)]
    for question, word in asked:
        buttons = [button(each.title(), f"review_answer_{each}", f"{key} {word} {each}") for each in ("yes", "no")]
        blocks += [section(question), actions(*buttons)]
    return {"text": text, "blocks": blocks}
