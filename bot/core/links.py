"""Signed links: an address that lets whoever holds it read one page until a day that it names."""

import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

LASTS = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Links:
    """Makes and checks links under *base*, the public address of the web door.

    The first of *secrets* signs; a link that any of them signed opens its page.
    """

    base: str
    secrets: Callable[[], Sequence[str]] = field(repr=False)

    def signed(self, path: str, now: datetime, of: int | None = None) -> str:
        """Return the address of a page that opens for its holder for a month; *of* is whose page, by workspace id."""
        until = int((now + LASTS).timestamp())
        whose = f"&of={of}" if of else ""
        return f"{self.base}{path}?until={until}&key={_mark(self.secrets()[0], path, until, whose)}{whose}"

    def allows(self, path: str, until: str, key: str, now: datetime, of: int | None = None) -> bool:
        """Whether a link's own words fit this path and its time is not over."""
        if not until.isascii() or not until.isdigit() or len(until) > 12:
            return False
        marks = [_mark(secret, path, int(until), f"&of={of}" if of else "") for secret in self.secrets()]
        fits = any(hmac.compare_digest(mark.encode(), key.encode()) for mark in marks)
        return fits and now < datetime.fromtimestamp(int(until), UTC)

    def subscribed(self, path: str, number: int) -> str:
        """Return the address of a feed for whoever has the subscription of a number. It opens until that is revoked."""
        return f"{self.base}{path}?feed={number}&key={_mark(self.secrets()[0], path, number, '&feed')}"

    def subscribes(self, path: str, number: int, key: str) -> bool:
        """Whether a feed's address was made here for this subscription."""
        marks = [_mark(secret, path, number, "&feed") for secret in self.secrets()]
        return any(hmac.compare_digest(mark.encode(), key.encode()) for mark in marks)


def _mark(secret: str, path: str, until: int, whose: str) -> str:
    return hmac.new(secret.encode(), f"{path}\n{until}{whose}".encode(), hashlib.sha256).hexdigest()
