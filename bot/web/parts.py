"""What the web door is given by ``wiring``."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from starlette.requests import Request

from bot.core.intake import Sender
from bot.core.links import Links
from bot.core.rulebook import Finding
from bot.core.sightings import Sightings
from bot.flows.sign_in import Member
from bot.house import House
from bot.render import Renderer
from bot.vault import Vault


class Install(Protocol):
    """Installs the app in a workspace; see ``bot.slack.install``."""

    def begin(self) -> tuple[str, str]: ...

    async def finish(self, code: str, state: str, kept: str) -> str: ...


class SignIn(Protocol):
    """Signs people in with Slack; see ``bot.slack.signing_in``."""

    def begin(self) -> tuple[str, str]: ...

    async def finish(self, code: str, state: str, kept: str) -> tuple[str, Member]: ...


Members = Callable[[str | None, str], Awaitable[Member]]
Delivery = Callable[[bytes, Mapping[str, str]], Awaitable[tuple[int, dict[str, str], str]]]


@dataclass(frozen=True, slots=True)
class Parts:
    """What the web door is given.

    ``senders`` are those who may deliver, by address; ``at_machine`` is the account of whoever sits at this machine,
    where nobody else can come, and otherwise "". ``members`` says how Slack knows somebody.
    ``tickets`` is where people read Jira, "" without one.
    ``doctor`` looks at everything and returns its findings, on a thread that may wait.
    ``sightings`` says who looked at what already;
    ``arrivals`` counts deliveries by sender and by what became of them, in this process.
    """

    house: House
    renderer: Renderer
    links: Links
    vault: Vault
    slack: Delivery | None
    senders: Mapping[str, Sender]
    install: Install | None
    sign_in: SignIn | None
    members: Members | None
    at_machine: str
    missing: Callable[[], Awaitable[list[str]]]
    fonts: Callable[[], Mapping[str, Path]]
    lint: Callable[[str], list[Finding]]
    webhooks_to_loopback: bool
    doctor: Callable[[], Sequence[Any]] | None = None
    api_per_minute: int = 1200
    tickets: str = ""
    sightings: Sightings = field(default_factory=Sightings)
    arrivals: Counter[tuple[str, str]] = field(default_factory=Counter)


def parts_of(request: Request) -> Parts:
    """Return what the door was given, for a route's dependency, which is made before there is a door."""
    parts: Parts = request.app.state.parts
    return parts
