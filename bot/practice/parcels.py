"""What Slack sends to an app, and what comes back."""

from dataclasses import dataclass, field
from typing import Literal

from bot.practice.refusal import Json

Kind = Literal["command", "interactive", "event"]

PATIENCE = 3.0  # seconds that Slack waits for an acknowledgement


@dataclass(frozen=True)
class Parcel:
    """One payload for the app; *ack* is its acknowledgement's name in the log, such as `block_actions`."""

    kind: Kind
    ack: str
    payload: Json
    notes: Json = field(default_factory=dict)


@dataclass(frozen=True)
class Attempt:
    """Which delivery of a parcel this is: 0 the first, and why there is another."""

    number: int = 0
    reason: str = ""


@dataclass(frozen=True)
class Ack:
    """What the app answered. *status* is None, and *error* says why, when nothing came in time."""

    status: int | None
    body: Json
    elapsed: float
    error: str | None = None
    no_retry: bool = False

    @property
    def ok(self) -> bool:
        return self.status is not None and 200 <= self.status < 300
