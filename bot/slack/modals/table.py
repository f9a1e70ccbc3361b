"""Which function takes which form."""

from collections.abc import Awaitable, Callable

from bot.slack.asked import Answer, Asked
from bot.slack.desk import Desk
from bot.slack.modals.open import submit_open

Submission = Callable[[Desk, Asked], Awaitable[Answer]]

SUBMISSIONS: dict[str, Submission] = {
    "open": submit_open,
}
