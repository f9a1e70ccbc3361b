"""Passes: a signed word that lets one person in once, within minutes."""

import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

LASTS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Pass:
    """Whom a pass lets in, and what it is known by once it was used."""

    workspace_id: int
    person: str
    id: str


@dataclass(frozen=True, slots=True)
class Passes:
    """Makes and reads passes. The first of *secrets* signs; one that any of them signed is taken."""

    secrets: Callable[[], Sequence[str]] = field(repr=False)

    def made(self, of: Pass, now: datetime) -> str:
        """Return the word of a pass."""
        until = int((now + LASTS).timestamp())
        said = f"{of.workspace_id}.{of.person}.{of.id}.{until}"
        return f"{said}.{_mark(self.secrets()[0], said)}"

    def read(self, word: str, now: datetime) -> Pass | None:
        """Return whom a word lets in, or None when we did not make it or its time is over."""
        said, _, mark = word.rpartition(".")
        parts = said.split(".")
        marks = [_mark(secret, said) for secret in self.secrets()]
        if len(parts) != 4 or not any(hmac.compare_digest(one.encode(), mark.encode()) for one in marks):
            return None
        workspace_id, person, id_, until = parts
        if now >= datetime.fromtimestamp(int(until), UTC):
            return None
        return Pass(int(workspace_id), person, id_)


def _mark(secret: str, said: str) -> str:
    return hmac.new(secret.encode(), f"pass\n{said}".encode(), hashlib.sha256).hexdigest()
