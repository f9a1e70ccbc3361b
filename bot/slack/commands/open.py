"""/incident open [sev1] [private] [test] title"""

from bot.core.severities import severity_named
from bot.flows.open_incident import open_incident
from bot.slack.asked import Answer, Asked
from bot.slack.desk import Desk
from bot.slack.modals.open import open_form
from bot.slack.mrkdwn import incoming, unmentioned
from store.types import Severity

FLAGS = ("private", "test")


async def open_(desk: Desk, asked: Asked) -> Answer:
    """Open an incident. Without a title, a form asks for it."""
    severity, flags, title = parsed(asked.text)
    if not title:
        return Answer(modal=open_form(severity or Severity.SEV2))
    opened = await desk.house.do(
        open_incident,
        asked.request,
        title,
        severity or Severity.SEV2,
        private="private" in flags,
        test="test" in flags,
    )
    where = "Its private channel" if opened.private else "Its channel"
    return Answer(f"{opened.key} is open as {opened.severity.upper()}. {where} is on the way.")


def parsed(text: str) -> tuple[Severity | None, set[str], str]:
    """Split what was typed into severity, flags and title. A first word that is neither begins the title."""
    words = incoming(unmentioned(text)).split()
    severity, flags = None, set[str]()
    while words:
        word = words[0].lower()
        if severity is None and word.startswith("s") and severity_named(word):
            severity = severity_named(word)
        elif word in FLAGS and word not in flags:
            flags.add(word)
        else:
            break
        words.pop(0)
    return severity, flags, " ".join(words)
