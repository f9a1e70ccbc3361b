"""What a person sees after they have done something."""

from dataclasses import dataclass, field

from bot.practice.parcels import PATIENCE, Ack, Parcel
from bot.practice.refusal import Json


@dataclass(frozen=True)
class Seen:
    """The app's answer to one act of a person.

    *body* is the acknowledgement as it came, *payload* what the app was sent. *errors* are the complaints under the
    inputs of a modal, by block_id. *error* is set when the app did not answer (`operation_timeout`,
    `dispatch_failed`), answered with a failure (`http_500`), or answered with something that Slack refuses.
    """

    status: int | None = None
    elapsed: float = 0.0
    body: Json = field(default_factory=dict)
    payload: Json = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    error: str | None = None

    @property
    def ok(self) -> bool:
        return self.error is None and not self.errors

    @property
    def text(self) -> str:
        return str(self.body.get("text", ""))

    @property
    def blocks(self) -> list[Json]:
        return list(self.body.get("blocks") or [])

    @property
    def trouble(self) -> str:
        """A sentence for the person when the app let them down; empty when it did not."""
        if self.error == "operation_timeout":
            return f"The app did not answer within {PATIENCE:.0f} seconds. It may still be working on it."
        if self.error == "dispatch_failed":
            return "The app is not connected. Start it and try again."
        return f"The app's answer was not usable ({self.error})." if self.error else ""


def seen(ack: Ack, parcel: Parcel) -> Seen:
    error = ack.error or (None if ack.ok else f"http_{ack.status}")
    return Seen(ack.status, ack.elapsed, ack.body if ack.ok else {}, parcel.payload, error=error)
