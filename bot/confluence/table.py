"""Which function keeps which kind of promise."""

from collections.abc import Awaitable, Callable

from bot.confluence.desk import Desk
from bot.confluence.page import show_page
from bot.outbox.outcome import Done
from store.effects import Claimed

SENDERS: dict[str, Callable[[Desk, Claimed], Awaitable[Done]]] = {"confluence.page": show_page}
