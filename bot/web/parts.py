"""What the web door is given by ``wiring``."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.core.links import Links
from bot.house import House
from bot.render import Renderer

Delivery = Callable[[bytes, Mapping[str, str]], Awaitable[tuple[int, dict[str, str], str]]]


@dataclass(frozen=True, slots=True)
class Parts:
    """What the web door is given. ``open_to_all`` is True only on loopback, where whoever comes sits at the machine."""

    house: House
    renderer: Renderer
    links: Links
    slack: Delivery | None
    open_to_all: bool
    missing: Callable[[], Awaitable[list[str]]]
