"""Intake: whether what arrives may be trusted, and which delivery it is."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.core.proofs import Delivered, Proof, digest, standard
from bot.core.signing import NotSigned

LONGEST_ID = 200  # characters

SIGNED = (standard(), digest("x-hub-signature-256"), digest("x-hub-signature"), digest("x-webhook-signature"))


class Malformed(ValueError):
    """What arrived is signed, and not what its sender sends. The message says what is wrong, and names the field."""


Naming = Callable[[Mapping[str, str], bytes], str]


def by_header(*names: str) -> Naming:
    """Name a delivery by the first of these headers that it has."""
    return lambda headers, _body: next((headers[name] for name in names if headers.get(name)), "")


BY_HEADER = by_header("webhook-id", "x-webhook-id")


def by_field(*path: str) -> Naming:
    """Name a delivery by what stands at a place of its JSON."""

    def named(_headers: Mapping[str, str], body: bytes) -> str:
        try:
            found = json.loads(body)
            for key in path:
                found = found[key]
        except (ValueError, RecursionError, KeyError, TypeError, IndexError):
            return ""
        return found if isinstance(found, str) else ""

    return named


def by_bytes(_headers: Mapping[str, str], _body: bytes) -> str:
    """Name a delivery by its bytes alone: its sender has no name for it that stays the same when it tries again."""
    return ""


@dataclass(frozen=True, slots=True)
class Sender:
    """Somebody who sends to us.

    ``secret``  the name of the secret by which it is known;
    ``kind``    the effect that processes what arrives;
    ``read``    raises Malformed for a body that is none of theirs;
    ``proofs``  the ways in which it can prove itself; the first whose header is there decides;
    ``named``   where it names its delivery. One without a name is known by its bytes.
    """

    secret: str
    kind: str
    read: Callable[[bytes], object]
    proofs: tuple[Proof, ...] = SIGNED
    named: Naming = BY_HEADER

    @property
    def challenge(self) -> str:
        """What a refusal asks for; "" where HTTP has no word for it."""
        return next((proof.challenge for proof in self.proofs if proof.challenge), "")


def checked(sender: Sender, secret: str, what: Delivered) -> str:
    """Return the id of a delivery that proves its sender by *secret*, or raise NotSigned."""
    proof = next((proof for proof in sender.proofs if proof.header in what.headers), None)
    if proof is None:
        raise NotSigned(_unproven(sender))
    proof.holds(secret, what.headers[proof.header], what)
    return _named(sender.named(what.headers, what.body)) or hashlib.sha256(what.body).hexdigest()


def _unproven(sender: Sender) -> str:
    if sender.proofs == SIGNED:
        return "it is not signed. Sign it as Standard Webhooks asks, or with X-Hub-Signature: sha256=…"
    headers = " or ".join(proof.header.title() for proof in sender.proofs)
    return f"it does not say who sent it: {headers} is missing"


def _named(delivery: str) -> str:
    if len(delivery) > LONGEST_ID or not delivery.isprintable():
        raise NotSigned(f"the id of a delivery has up to {LONGEST_ID} characters")
    return delivery
