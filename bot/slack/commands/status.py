"""/incident status identified [text]"""

from bot.core.marked_yaml import nearest
from bot.errors import Refused
from bot.flows.change_status import change_status
from bot.slack.asked import Answer, Asked
from bot.slack.desk import Desk
from bot.slack.mrkdwn import incoming
from store.types import Status

EXAMPLE = (
    "Say which: /incident status identified a bad deploy. There are investigating, identified, monitoring, resolved."
)


async def status(desk: Desk, asked: Asked) -> Answer:
    """Move the incident to a status, with what is known."""
    word, text = [*asked.text.split(None, 1), "", ""][:2]
    if not word:
        raise Refused(EXAMPLE)
    return await moved(desk, asked, status_named(incoming(word)), text)


def status_named(word: str) -> Status:
    """Return the status of that name, or refuse it with the one that was probably meant."""
    if word.lower() not in {each.value for each in Status}:
        hint = nearest(word.lower(), [each.value for each in Status])
        raise Refused(f"There is no status {word[:40]}. {hint}")
    return Status(word.lower())


async def moved(desk: Desk, asked: Asked, to: Status, text: str) -> Answer:
    """Move the incident whose channel this is, and say so in a line."""
    incident = await desk.house.do(change_status, asked.request, to, incoming(text))
    return Answer(f"{incident.key} is {incident.status} now.")
