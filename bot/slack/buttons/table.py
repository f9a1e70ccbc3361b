"""Which function answers which button or menu."""

from collections.abc import Awaitable, Callable

from bot.slack.asked import Answer, Asked
from bot.slack.desk import Desk

Press = Callable[[Desk, Asked], Awaitable[Answer]]

BUTTONS: dict[str, Press] = {}
