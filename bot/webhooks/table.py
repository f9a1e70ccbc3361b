"""Which function keeps which kind of promise."""

from collections.abc import Awaitable, Callable

from bot.outbox.outcome import Done
from bot.webhooks.courier import Courier
from bot.webhooks.deliver import deliver
from store.effects import Claimed

SENDERS: dict[str, Callable[[Courier, Claimed], Awaitable[Done]]] = {"webhook.deliver": deliver}
