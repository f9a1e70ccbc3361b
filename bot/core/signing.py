"""Signatures of webhooks, ours and those that arrive: Standard Webhooks, and two plainer schemes.

A Standard Webhooks signature is ``v1,`` and the base64 of HMAC-SHA256 over ``id.timestamp.body``, under the bytes that
the secret ``whsec_…`` spells. A header may hold several, apart by spaces, while a secret is rotated. The source is
https://github.com/standard-webhooks/standard-webhooks.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

PREFIX = "whsec_"
KEY = 24  # bytes of a new secret; the standard asks for 24 to 64
WINDOW = timedelta(seconds=300)  # how far a sender's clock may be off, either way


class NotSigned(Exception):
    """A delivery cannot be trusted. The message says why, in words that help its sender and nobody else."""


def as_secret(key: bytes) -> str:
    """Return a key as a partner is shown it: ``whsec_`` and base64."""
    return PREFIX + base64.b64encode(key).decode()


def key_of(secret: str) -> bytes:
    """Return the key that a secret spells. A secret without the prefix, or that is no base64, is a key as it stands."""
    if not secret.startswith(PREFIX):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        return secret.encode()


def standard_headers(secrets: Iterable[str], event_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """Return the three headers, with one signature for each secret, in their order."""
    stamp = str(int(at.timestamp()))
    signatures = [_standard(secret, event_id, stamp, body) for secret in secrets]
    return {"webhook-id": event_id, "webhook-timestamp": stamp, "webhook-signature": " ".join(signatures)}


def plain_headers(secrets: Sequence[str], event_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """Return the headers of the plain scheme. *secrets* are the newest first.

    It has room for one signature. So the oldest secret in force goes on signing until it ends, and the one that
    follows it signs in a header of its own: nobody's check fails at the moment of a rotation.
    """
    headers = {"X-Webhook-ID": event_id, "X-Webhook-Timestamp": str(int(at.timestamp()))}
    headers["X-Webhook-Signature"] = _plain(secrets[-1], body)
    if len(secrets) > 1:
        headers["X-Webhook-Signature-Next"] = _plain(secrets[0], body)
    return headers


def check_standard(secrets: Iterable[str], headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """Return the id of a delivery signed as Standard Webhooks asks, or raise NotSigned."""
    event_id, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    given = headers.get("webhook-signature", "")
    if not event_id or not given:
        raise NotSigned("webhook-id, webhook-timestamp and webhook-signature are all needed")
    check_time(stamp, now)
    signatures = [part.encode() for part in given.split(" ") if part.startswith("v1,")]
    for secret in secrets:
        right = _standard(secret, event_id, stamp, body).encode()
        if any(hmac.compare_digest(right, signature) for signature in signatures):
            return event_id
    raise NotSigned("no signature fits this body")


def check_plain(secrets: Iterable[str], signature: str, body: bytes) -> None:
    """Check hex HMAC-SHA256 of the body, with or without ``sha256=`` before it, or raise NotSigned."""
    given = signature.removeprefix("sha256=").lower().encode()
    if not any(hmac.compare_digest(_plain(secret, body).encode(), given) for secret in secrets):
        raise NotSigned("the signature does not fit this body")


def check_time(stamp: str, now: datetime) -> None:
    """Check that a delivery was signed within the last or next five minutes, or raise NotSigned."""
    if not stamp.isascii() or not stamp.isdigit() or len(stamp) > 11:
        raise NotSigned("the timestamp is in whole seconds since 1970")
    if abs(datetime.fromtimestamp(int(stamp), UTC) - now) > WINDOW:
        raise NotSigned(f"the timestamp is more than {WINDOW.seconds} seconds from our time, {int(now.timestamp())}")


def _standard(secret: str, event_id: str, stamp: str, body: bytes) -> str:
    digest = hmac.digest(key_of(secret), f"{event_id}.{stamp}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(digest).decode()}"


def _plain(secret: str, body: bytes) -> str:
    """Sign with the secret as it is written, for that is what people put into their code."""
    return hmac.digest(secret.encode(), body, hashlib.sha256).hex()
