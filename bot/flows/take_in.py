"""Take in what a sender delivered: store it sealed, and promise to process it, each delivery once."""

import base64
import os

from bot.core import sealing
from bot.flows.promise import promise
from bot.flows.record import open_key, sealing_key
from bot.flows.tx import Tx
from store.arrivals import add_arrival, arrival_by_id, empty_arrival
from store.workspaces import home_workspace


def take_in(tx: Tx, sender: str, delivery: str, kind: str, body: bytes) -> bool:
    """Store a delivery and promise an effect of *kind* with its number; False when it arrived before."""
    key_id, key = sealing_key(tx, "", 0)
    text = base64.b64encode(body).decode()
    stored = sealing.seal(key, os.urandom(sealing.NONCE), text, _context(sender, delivery))
    values = {"sender": sender, "delivery": delivery, "received_at": tx.now, "key_id": key_id, "body": stored}
    number = add_arrival(tx.db, values)
    if number is not None:
        promise(tx, kind, workspace_id=home_workspace(tx.db), args={"arrival": number}, budget_key=sender)
    return number is not None


def arrived(tx: Tx, number: int) -> tuple[str, bytes] | None:
    """Return (sender, body) of a delivery that is not processed yet, or None."""
    arrival = arrival_by_id(tx.db, number)
    key = open_key(tx, arrival.key_id) if arrival else None
    if arrival is None or arrival.body is None or key is None:
        return None
    text = sealing.unseal(key, arrival.body, _context(arrival.sender, arrival.delivery))
    return arrival.sender, base64.b64decode(text)


def let_go(number: int, tx: Tx) -> None:
    """Let go of what a delivery said, once nothing more is to be made of it."""
    empty_arrival(tx.db, number)


def _context(sender: str, delivery: str) -> bytes:
    return f"arrival {sender} {delivery}".encode()
