"""Which function keeps which kind of promise."""

from collections.abc import Awaitable, Callable

from bot.mail.invite import Desk, invite
from bot.outbox.outcome import Done
from store.effects import Claimed

SENDERS: dict[str, Callable[[Desk, Claimed], Awaitable[Done]]] = {"mail.invitation": invite}
