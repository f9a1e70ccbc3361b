"""Intake: whether what arrives may be trusted, and which delivery it is."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.core.signing import NotSigned, check_plain, check_standard

PLAIN = ("x-hub-signature-256", "x-hub-signature", "x-webhook-signature")
LONGEST_ID = 200  # characters


class Malformed(ValueError):
    """What arrived is signed, and not what its sender sends. The message says what is wrong, and names the field."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Somebody who sends to us.

    ``secret``     the name of the secret that signs;
    ``kind``       the effect that processes what arrives;
    ``read``       raises Malformed for a body that is none of theirs;
    ``id_header``  where the sender names its delivery, if it does so outside Standard Webhooks.
    """

    secret: str
    kind: str
    read: Callable[[bytes], object]
    id_header: str = "x-webhook-id"


def checked(sender: Sender, secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """Return the id of a delivery that is signed with *secret*, or raise NotSigned. Header names are lower case.

    A sender that names no delivery is known by its bytes: the same bytes again are the same delivery.
    """
    if "webhook-signature" in headers:
        return _named(check_standard([secret], headers, body, now))
    signature = next((headers[name] for name in PLAIN if name in headers), None)
    if signature is None:
        raise NotSigned("it is not signed. Sign it as Standard Webhooks asks, or with X-Hub-Signature: sha256=…")
    if signature.startswith("sha1="):
        raise NotSigned("SHA-1 is not enough. Sign with X-Hub-Signature: sha256=…")
    check_plain([secret], signature, body)
    return _named(headers.get(sender.id_header, "")) or hashlib.sha256(body).hexdigest()


def _named(delivery: str) -> str:
    if len(delivery) > LONGEST_ID or not delivery.isprintable():
        raise NotSigned(f"the id of a delivery has up to {LONGEST_ID} characters")
    return delivery
