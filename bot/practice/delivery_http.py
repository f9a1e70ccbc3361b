"""Delivery over HTTP: Slack posts to the app's request URL and signs what it posts."""

import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.practice.cast import VERIFICATION_TOKEN
from bot.practice.ids import new_id
from bot.practice.parcels import Ack, Attempt, Parcel
from bot.practice.refusal import Json

FORM = "application/x-www-form-urlencoded"
REASONS = {"operation_timeout": "http_timeout", "dispatch_failed": "connection_failed"}


def signed(body: bytes, secret: str, at: int | None = None) -> dict[str, str]:
    """Slack's v0 signature headers. The time is the real one, not the practice clock's: the app checks it so."""
    stamp = str(int(time.time()) if at is None else at)  # noqa: TID251
    digest = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


def encoded(parcel: Parcel) -> tuple[bytes, str]:
    """The body and the content type in which Slack posts a parcel of this kind."""
    if parcel.kind == "command":
        return urlencode(parcel.payload).encode(), FORM
    text = json.dumps(parcel.payload, ensure_ascii=False)
    if parcel.kind == "interactive":
        return urlencode({"payload": text}).encode(), FORM
    return text.encode(), "application/json"


class HttpDoor:
    """Posts parcels to one request URL. The session is the caller's to close."""

    def __init__(self, url: str, secret: str, session: ClientSession, patience: float) -> None:
        self.url = url
        self._secret = secret
        self._session = session
        self._timeout = ClientTimeout(total=patience)

    async def send(self, parcel: Parcel, attempt: Attempt) -> Ack:
        body, content_type = encoded(parcel)
        headers = signed(body, self._secret) | {"Content-Type": content_type}
        if attempt.number:
            reason = REASONS.get(attempt.reason, "http_error")
            headers |= {"X-Slack-Retry-Num": str(attempt.number), "X-Slack-Retry-Reason": reason}
        started = time.monotonic()
        try:
            async with self._session.post(self.url, data=body, headers=headers, timeout=self._timeout) as response:
                told = _read(await response.text(), response.content_type)
                no_retry = response.headers.get("X-Slack-No-Retry") == "1"
                return Ack(response.status, told, time.monotonic() - started, no_retry=no_retry)
        except TimeoutError:
            return Ack(None, {}, time.monotonic() - started, "operation_timeout")
        except (ClientError, OSError):
            return Ack(None, {}, time.monotonic() - started, "dispatch_failed")

    async def verify(self) -> bool:
        """Send the url_verification challenge that Slack sends when a request URL is saved."""
        challenge = new_id("")
        payload = {"type": "url_verification", "challenge": challenge, "token": VERIFICATION_TOKEN}
        ack = await self.send(Parcel("event", "event", payload), Attempt())
        return ack.ok and challenge in (ack.body.get("challenge"), ack.body.get("text"))


def _read(text: str, content_type: str) -> Json:
    """The answer's body: JSON as it is, anything else as the text of a message."""
    if content_type == "application/json" and text:
        try:
            told = json.loads(text)
        except ValueError:
            return {"text": text}
        return told if isinstance(told, dict) else {}
    return {"text": text} if text.strip() else {}
