"""Answer a program once: what it asks for again under the same key is not done again, and answered the same."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.core import sealing
from bot.core.access import Viewer
from bot.core.timeline import GONE
from bot.errors import Refused
from bot.flows.record import open_key, sealing_key
from bot.flows.tx import Tx
from store.answers import Answer, answer_made, first_asked

KEPT = timedelta(hours=24)


class KeyReused(Refused):
    """The same key was sent with another request."""


@dataclass(frozen=True, slots=True)
class Once:
    """What is to be done once: under which key of whose, and a digest of what is asked."""

    id: str
    asked: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a program is told. ``again`` is True when it was told before."""

    status: int
    body: str
    location: str | None = None
    again: bool = False


def once_for(viewer: Viewer, key: str, asked: bytes) -> Once:
    """Return what a viewer asks to be done once, under a key that is theirs alone."""
    whose = f"{viewer.team}\n{viewer.via}\n{viewer.account}\n{viewer.session}\n{key}"
    return Once(hashlib.sha256(whose.encode()).hexdigest(), hashlib.sha256(asked).hexdigest())


def answer_once(tx: Tx, once: Once | None, owner: str, work: Callable[[Tx], Told]) -> Told:
    """Do *work* and keep what came of it in the same transaction; under a key that was answered, repeat the answer.

    What is refused is not kept: nothing was done, and it may go well the next time. *owner* is the reference of whoever
    asks, "" for nobody: the answer is sealed under their key, and gone with it.
    """
    if once is None:
        return work(tx)
    before = first_asked(tx.db, once.id, once.asked, tx.now, tx.now - KEPT)
    if before is not None:
        if before.asked != once.asked:
            raise KeyReused("This Idempotency-Key was sent with another request. Make a new key for a new request.")
        return _again(tx, before)
    told = work(tx)
    row = answer_made(tx.db, once.id)
    row.key_id, key = sealing_key(tx, owner, 0)
    row.body = sealing.seal(key, os.urandom(sealing.NONCE), told.body, _context(once.id))
    row.status, row.location = told.status, told.location
    tx.db.add(row)
    return told


def _again(tx: Tx, answer: Answer) -> Told:
    key = open_key(tx, answer.key_id) if answer.key_id else None
    told = Told(answer.status, "", answer.location, again=True)
    if key is None or answer.body is None:
        raise Refused(f"This was done before, and what was answered is gone: {GONE}")
    return replace(told, body=sealing.unseal(key, answer.body, _context(answer.id)))


def _context(answer_id: str) -> bytes:
    return b"answer %s" % answer_id.encode()
