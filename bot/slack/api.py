"""Calls to Slack's Web API, and what each answer means for the effect behind it.

The SDK's own retries stay off: its default repeats ``chat.postMessage`` after a cut connection, and posts double.
"""

import json
import logging
from datetime import datetime, timedelta
from typing import Any, Protocol

import aiohttp
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.secrets import Version
from bot.errors import Rejected, Retry, Unknown
from bot.house import Clock
from bot.outbox.hold import still_held
from store.types import Cause

log = logging.getLogger("firstfive.slack")

TIMEOUT = 10  # seconds; a call that takes longer has an unknown outcome
TRANSIENT = {"ratelimited", "rate_limited", "service_unavailable", "request_timeout", "team_added_to_org"}
LOCKED_OUT = {"not_authed", "invalid_auth", "token_revoked", "token_expired", "account_inactive"}
# Slack cannot read what we wrote: no person can mend that, a new version can.
MALFORMED = {
    *("invalid_arguments", "invalid_arg_name", "invalid_array_arg", "invalid_blocks", "invalid_blocks_format"),
    *("invalid_charset", "invalid_form_data", "invalid_metadata_format", "invalid_post_type", "missing_post_type"),
    *("msg_blocks_too_long", "msg_too_long", "no_text", "unknown_method", "view_too_large"),
}
MISCONFIGURED = LOCKED_OUT | {"missing_scope", "not_allowed_token_type", "no_permission", "org_login_required"}
DOUBTFUL = {"internal_error", "fatal_error"}  # Slack: "some aspect of the operation may have succeeded"


class Token(Protocol):
    """A token: the versions of it that hold now, the current one first, and who is told that one was used."""

    def valid(self) -> list[Version]: ...

    def used(self, version: Version) -> None: ...


class SlackApi:
    """One workspace's Web API. Connections stay warm; a method that answered 429 is left alone as long as it asked."""

    def __init__(self, token: Token, base_url: str, clock: Clock) -> None:
        self._token, self._base_url, self._clock = token, base_url, clock
        self._client: AsyncWebClient | None = None
        self._blocked: dict[str, datetime] = {}

    async def open(self) -> None:
        """Open the connection pool; call it in the loop that will use it."""
        connector = aiohttp.TCPConnector(limit=100, keepalive_timeout=60)
        session = aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=TIMEOUT))
        self._client = AsyncWebClient(base_url=self._base_url, session=session, timeout=TIMEOUT, retry_handlers=[])

    async def close(self) -> None:
        """Close every connection."""
        if self._client is not None and self._client.session is not None:
            await self._client.session.close()

    async def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Call a method and return its answer.

        Raise Retry when Slack did nothing (429, refused connection, no token that is valid now), Unknown when it may
        have done it (timeout, reset, 5xx), and Rejected with Slack's own error code otherwise. A token that Slack does
        not take is followed by the one before it, while that holds: whichever side turned first, nothing fails.
        """
        line = f"{method} {arguments.get('channel')}" if method == "chat.postMessage" else method
        self._respect(line)
        *newer, last = self._token.valid()
        for version in newer:
            try:
                return await self._called(version, method, line, arguments)
            except _LockedOut:
                continue
        return await self._called(last, method, line, arguments)

    async def _called(self, token: Version, method: str, line: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Call a method with one token."""
        assert self._client is not None, "open() first"
        self._client.token = token.text  # read before anything is awaited, so that calls do not mix tokens up
        still_held()
        try:
            answer = await self._client.api_call(method, data=_form(arguments))
        except SlackApiError as error:
            raise self._meaning(line, token, error) from error
        except aiohttp.ClientConnectorError as error:
            raise Retry("slack_unreachable") from error
        except (TimeoutError, aiohttp.ClientError, SlackRequestError, OSError) as error:
            raise Unknown(f"lost answer ({type(error).__name__})") from error
        self._token.used(token)
        data = answer.data
        return data if isinstance(data, dict) else {}

    async def upload(self, url: str, content: bytes) -> None:
        """Send a file's bytes to the address that ``files.getUploadURLExternal`` gave."""
        assert self._client is not None, "open() first"
        assert self._client.session is not None, "open() first"
        try:
            async with self._client.session.post(url, data=content) as answer:
                if answer.status >= 500:
                    raise Unknown(f"upload answered {answer.status}")
                if answer.status != 200:
                    raise Rejected(f"upload answered {answer.status}")
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise Unknown(f"lost answer ({type(error).__name__})") from error

    async def respond(self, url: str, message: dict[str, Any]) -> None:
        """Send a message to the address that came with a press. It lives for thirty minutes and five messages."""
        session = self._client.session if self._client else None
        assert session is not None, "open() first"
        try:
            async with session.post(url, json=message) as answer:
                if answer.status != 200:
                    raise Rejected(f"response_url answered {answer.status}")
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise Unknown(f"lost answer ({type(error).__name__})") from error

    def _respect(self, line: str) -> None:
        """Raise Retry while Slack asked for this method, or this channel's posts, to be left alone."""
        wait = self._blocked[line] - self._clock.now() if line in self._blocked else timedelta()
        if wait > timedelta():
            raise Retry("ratelimited", wait)

    def _meaning(self, line: str, token: Version, error: SlackApiError) -> Exception:
        answer = error.response
        status, code = answer.status_code, str(answer.get("error") or f"http_{answer.status_code}")
        told: dict[str, Any] = {"status": status, "answer": json.dumps(answer.data), "cause": _cause(code)}
        if status == 429:
            wait = timedelta(seconds=retry_after(answer.headers))
            self._blocked[line] = self._clock.now() + wait
            return Retry("ratelimited", wait, **told)
        if status >= 500 or code in DOUBTFUL:
            return Unknown(code, **told)
        if code in LOCKED_OUT:
            refused = "Slack does not take version %d of %s (%s). What waits goes out with one that it takes."
            log.warning(refused, token.number, token.name, code)
            return _LockedOut(code, **told)
        if code in TRANSIENT:
            return Retry(code, **told)
        needed = answer.get("needed")
        return Rejected(f"{code}: {needed}" if code == "missing_scope" and needed else code, **told)


def _cause(code: str) -> Cause | None:
    if code in MALFORMED:
        return Cause.BUG
    return Cause.CONFIGURATION if code in MISCONFIGURED else None


class _LockedOut(Retry):
    """Slack does not take this token."""


def retry_after(headers: Any) -> float:
    """Return the seconds that a 429 asks for; 30 when it does not say. Header names come in any case."""
    for name, value in dict(headers).items():
        if name.lower() == "retry-after":
            text = value[0] if isinstance(value, list) else value
            return float(text) if str(text).replace(".", "", 1).isdigit() else 30.0
    return 30.0


def _form(arguments: dict[str, Any]) -> dict[str, str]:
    """Return arguments as a form, which every method takes; half of them refuse JSON."""
    return {name: _field(value) for name, value in arguments.items() if value is not None}


def _field(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value) if isinstance(value, dict | list) else str(value)
