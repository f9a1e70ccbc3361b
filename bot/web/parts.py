"""What the web door is given by ``wiring``."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.core.intake import Sender
from bot.core.links import Links
from bot.house import House
from bot.render import Renderer
from bot.vault import Vault


class Install(Protocol):
    """Installs the app in a workspace; see ``bot.slack.install``."""

    def begin(self) -> tuple[str, str]: ...

    async def finish(self, code: str, state: str, kept: str) -> str: ...


Delivery = Callable[[bytes, Mapping[str, str]], Awaitable[tuple[int, dict[str, str], str]]]


@dataclass(frozen=True, slots=True)
class Parts:
    """What the web door is given.

    ``senders`` are those who may deliver, by address; ``open_to_all`` is True only on loopback, where whoever comes
    sits at the machine.
    """

    house: House
    renderer: Renderer
    links: Links
    vault: Vault
    slack: Delivery | None
    senders: Mapping[str, Sender]
    install: Install | None
    open_to_all: bool
    missing: Callable[[], Awaitable[list[str]]]
