"""Whom a person names in a command."""

from bot.errors import Refused
from bot.slack.mrkdwn import accounts_in


def whom(text: str, example: str) -> str | None:
    """Return the account of the one person named in raw *text*, or None when it is empty.

    A name that Slack did not turn into a person may be anybody's, so it is refused with an *example* of what to type.
    """
    named = accounts_in(text)
    if not text.strip():
        return None
    if len(named) != 1:
        raise Refused(f"Name one person: type @ and pick them from the list that opens. /incident {example}")
    return named[0]


def someone(text: str, example: str) -> str:
    """Return the account of the one person named in raw *text*, or refuse."""
    account = whom(text, example)
    if account is None:
        raise Refused(f"Say whom: /incident {example}")
    return account
