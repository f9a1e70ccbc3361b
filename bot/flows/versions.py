"""Versions of a postmortem: write one down, and read them back."""

import os
from dataclasses import dataclass
from datetime import datetime

from bot.core import sealing
from bot.core.timeline import GONE
from bot.flows.record import open_key, sealing_key
from bot.flows.tx import Tx
from store.postmortems import PostmortemVersion, versions_of

LONGEST = 200_000  # characters of a postmortem


@dataclass(frozen=True, slots=True)
class Version:
    """One version, opened. What cannot be opened any more reads ``GONE``."""

    number: int
    author: str
    created_at: datetime
    text: str


def add_version(tx: Tx, incident_id: int, author: str, text: str) -> int:
    """Write down what the postmortem says now, sealed under its author's key; return the number of the version.

    The number of the one before is returned when nothing was changed. The caller holds the incident's row.
    """
    before = versions(tx, incident_id)
    if before and before[-1].text == text:
        return before[-1].number
    number = len(before) + 1
    key_id, key = sealing_key(tx, author, incident_id)
    body = sealing.seal(key, os.urandom(sealing.NONCE), text, _context(incident_id, number))
    tx.db.add(
        PostmortemVersion(
            incident_id=incident_id, number=number, author=author, created_at=tx.now, key_id=key_id, body=body
        )
    )
    tx.db.flush()
    return number


def versions(tx: Tx, incident_id: int) -> list[Version]:
    """Return every version of a postmortem, the first one first."""
    return [
        Version(row.number, row.author, row.created_at, _opened(tx, row)) for row in versions_of(tx.db, incident_id)
    ]


def latest_text(tx: Tx, incident_id: int) -> str | None:
    """Return what the postmortem says, or None while it is only drafted."""
    found = versions(tx, incident_id)
    return found[-1].text if found else None


def _opened(tx: Tx, row: PostmortemVersion) -> str:
    key = open_key(tx, row.key_id)
    try:
        return sealing.unseal(key, row.body, _context(row.incident_id, row.number)) if key else GONE
    except sealing.CannotOpen:
        return GONE


def _context(incident_id: int, number: int) -> bytes:
    return b"postmortem %d/%d" % (incident_id, number)
