"""Rewrap, a batch at a time, what a former key-encryption key still wraps, so that it can be destroyed.

Which rows are left is what the rows themselves say: a crash or a restart loses nothing.
"""

import os

from bot.core import sealing
from bot.flows.keep_secret import open_version, seal_version
from bot.flows.record import owner_context
from bot.flows.tx import Tx
from store.keys import is_wrapped_under, keys_wrapped_under, rewrap_key
from store.secrets import lock_secrets, rewrap_version, versions_wrapped_under

BATCH = 200  # keys; some ten milliseconds


def rewrap_keys(tx: Tx) -> int:
    """Wrap the next batch of data keys and secrets under the current key, and return how many."""
    former = tx.keyring.former
    if not former:
        return 0
    current, kek = tx.keyring.current, tx.keyring.key(tx.keyring.current)
    rows = keys_wrapped_under(tx.db, former, BATCH)
    for row in rows:
        context = owner_context(row.owner, row.incident_id)
        try:
            key = sealing.unwrap(tx.keyring.key(row.kek_id), row.wrapped, context)
        except sealing.CannotOpen:
            continue  # It was altered. Its former key stays on the ring for as long as it is there.
        rewrap_key(tx.db, row, sealing.wrap(kek, os.urandom(sealing.NONCE), key, context), current)
    return len(rows) + _rewrap_secrets(tx, former)


def _rewrap_secrets(tx: Tx, former: list[str]) -> int:
    if not versions_wrapped_under(tx.db, former, 1):
        return 0
    lock_secrets(tx.db)
    rows = versions_wrapped_under(tx.db, former, BATCH)
    for row in rows:
        rewrap_version(tx.db, row, seal_version(tx, row.name, row.number, open_version(tx, row)))
    return len(rows)


def is_needed(tx: Tx, kek_id: str) -> bool:
    """Whether anything is wrapped under a key."""
    return is_wrapped_under(tx.db, kek_id)
