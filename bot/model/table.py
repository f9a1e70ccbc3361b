"""Which function keeps which kind of promise, and how often a minute a model is asked for one workspace."""

from collections.abc import Awaitable, Callable

from bot.model.propose import Desk, propose
from bot.outbox.outcome import Done
from store.effects import Claimed

SENDERS: dict[str, Callable[[Desk, Claimed], Awaitable[Done]]] = {"model.wording": propose}
