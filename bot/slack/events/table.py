"""Which function follows which event, and which shortcut."""

from collections.abc import Awaitable, Callable

from bot.slack.asked import Answer, Asked
from bot.slack.desk import Desk

Follower = Callable[[Desk, Asked], Awaitable[None]]
Shortcut = Callable[[Desk, Asked], Awaitable[Answer]]

EVENTS: dict[str, Follower] = {}
SHORTCUTS: dict[str, Shortcut] = {}
