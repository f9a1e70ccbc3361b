"""Signed links: an address that lets whoever holds it read one page until a day that it names."""

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

LASTS = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Links:
    """Makes and checks links under *base*, the public address of the web door."""

    base: str
    secret: bytes = field(repr=False)

    def signed(self, path: str, now: datetime) -> str:
        """Return the address of a page that opens for its holder for a month."""
        until = int((now + LASTS).timestamp())
        return f"{self.base}{path}?until={until}&key={self._mark(path, until)}"

    def allows(self, path: str, until: str, key: str, now: datetime) -> bool:
        """Whether a link's own words fit this path and its time is not over."""
        if not until.isascii() or not until.isdigit() or len(until) > 12:
            return False
        fits = hmac.compare_digest(self._mark(path, int(until)).encode(), key.encode())
        return fits and now < datetime.fromtimestamp(int(until), UTC)

    def _mark(self, path: str, until: int) -> str:
        return hmac.new(self.secret, f"{path}\n{until}".encode(), hashlib.sha256).hexdigest()
