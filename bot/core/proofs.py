"""Proofs: how a delivery shows who sent it, in each way that a product can. All are checked on the raw bytes.

Secrets are compared in constant time. A sender's secret is a text; of several in force the caller tries one by one.
"""

import base64
import binascii
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.core.signing import NotSigned, check_plain, check_standard


@dataclass(frozen=True, slots=True)
class Delivered:
    """What arrived: the names of its headers are in lower case, its body is as it came."""

    headers: Mapping[str, str]
    body: bytes
    now: datetime


@dataclass(frozen=True, slots=True)
class Proof:
    """One way to prove it: ``holds`` is given the secret, what stands in the header, and all that arrived.

    It raises NotSigned when it does not hold. ``challenge`` is what a refusal asks for, where HTTP has a word for it.
    """

    header: str
    holds: Callable[[str, str, Delivered], None]
    challenge: str = ""


def standard() -> Proof:
    """Return the proof of Standard Webhooks: signed with its id and its time, which may be five minutes off."""

    def holds(secret: str, _given: str, what: Delivered) -> None:
        check_standard([secret], what.headers, what.body, what.now)

    return Proof("webhook-signature", holds)


def digest(header: str) -> Proof:
    """Return the proof by hex HMAC-SHA256 of the body, with or without ``sha256=`` before it."""

    def holds(secret: str, given: str, what: Delivered) -> None:
        if given.startswith("sha1="):
            raise NotSigned("SHA-1 is not enough. Sign with X-Hub-Signature: sha256=…")
        check_plain([secret], given, what.body)

    return Proof(header, holds)


def digests(header: str, version: str) -> Proof:
    """Return the proof by one of several such digests, each after its *version*, apart by commas."""

    def holds(secret: str, given: str, what: Delivered) -> None:
        signatures = [part.strip() for part in given.split(",")]
        of_version = [part.removeprefix(version) for part in signatures if part.startswith(version)]
        if not any(_fits(secret, signature, what.body) for signature in of_version):
            raise NotSigned(f"no signature {version}… fits this body")

    return Proof(header, holds)


def timed_digest(header: str, clock: str) -> Proof:
    """Return the proof by a digest over the time in the header *clock*, a colon and the body.

    Where its sender gives no time, it is over the body alone. How old the time may be is not asked: its sender writes
    it once for all of its attempts.
    """

    def holds(secret: str, given: str, what: Delivered) -> None:
        stamp = what.headers.get(clock)
        check_plain([secret], given, what.body if stamp is None else f"{stamp}:".encode() + what.body)

    return Proof(header, holds)


def word(header: str) -> Proof:
    """Return the proof by the secret itself in a header of its own."""

    def holds(secret: str, given: str, _what: Delivered) -> None:
        _same(secret, given)

    return Proof(header, holds)


def password() -> Proof:
    """Return the proof by the Authorization header: the secret as a bearer token, or as the password of any user."""

    def holds(secret: str, given: str, _what: Delivered) -> None:
        scheme, _, credentials = given.partition(" ")
        if scheme.lower() == "basic":
            try:
                credentials = base64.b64decode(credentials.strip(), validate=True).decode().partition(":")[2]
            except (binascii.Error, UnicodeDecodeError):
                raise NotSigned("the Authorization header is not what HTTP calls Basic") from None
        _same(secret, credentials.strip())

    return Proof("authorization", holds, 'Basic realm="firstfive"')


def _same(secret: str, given: str) -> None:
    if not hmac.compare_digest(secret.encode(), given.encode()):
        raise NotSigned("the secret is not the one that is set here")


def _fits(secret: str, signature: str, body: bytes) -> bool:
    try:
        check_plain([secret], signature, body)
    except NotSigned:
        return False
    return True
