"""Jira's REST API: every call we make, with what its answers mean for an effect.

The package keeps the session: authentication, timeouts, connections. It retries nothing, follows nothing and asks
nothing by itself (docs/decisions/0070): it would create twice, wait where we are to answer, and send bodies that
Jira's own description forbids. It blocks, so it has threads of its own: a Jira that hangs holds up nothing else.
"""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import requests
from jira import JIRA
from jira.exceptions import JIRAError

from bot.core.answers import asked_pause
from bot.errors import Failed, Rejected, Retry, Unknown
from bot.house import Clock
from bot.outbox.hold import still_held
from bot.vault import Held
from store.types import Cause

TIMEOUT = (5, 30)  # seconds to connect, and between two pieces of an answer
THREADS = 16
PAGE = 100  # issues, the most that Jira returns with their fields
LONGEST_REASON = 300  # characters

UPLOADS = {"X-Atlassian-Token": "no-check", "Content-Type": None}  # Jira demands the one, requests writes the other

Json = Any
Files = Mapping[str, tuple[str, bytes, str]]


class JiraApi:
    """One Jira as one account. With an *email* it is a Cloud (v3, rich text), without a Data Center (v2, wiki)."""

    def __init__(self, url: str, email: str, token: Held, clock: Clock) -> None:
        self.url, self.email = url.rstrip("/"), email
        self._token, self._clock = token, clock
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="jira")
        self._client: tuple[str, JIRA] | None = None
        self._left_alone_until: datetime | None = None

    @property
    def is_cloud(self) -> bool:
        return bool(self.email)

    def seconds(self) -> float:
        """Return the time, for what is kept of Jira's answers."""
        return self._clock.now().timestamp()

    async def get(self, path: str, **params: str | int) -> Json:
        """Read something. It may be read again, so that a lost answer is no mystery."""
        return await self._call("GET", path, params=params, reads=True)

    async def search(self, jql: str, fields: list[str]) -> list[dict[str, Any]]:
        """Return every issue that a query finds, page by page."""
        found, after = await self.page(jql, fields)
        while after is not None:
            more, after = await self.page(jql, fields, after)
            found += more
        return found

    async def page(self, jql: str, fields: list[str], after: str = "") -> tuple[list[dict[str, Any]], str | None]:
        """Return a page of what a query finds, and where the next one begins, None behind the last."""
        body: dict[str, Any] = {"jql": jql, "fields": fields, "maxResults": PAGE}
        if self.is_cloud:
            page = await self.look("search/jql", body | ({"nextPageToken": after} if after else {}))
            return page["issues"], None if page.get("isLast", False) else page.get("nextPageToken")
        page = await self.look("search", body | {"startAt": int(after or 0)})
        end = int(after or 0) + len(page["issues"])
        return page["issues"], str(end) if page["issues"] and end < page["total"] else None

    async def post(self, path: str, body: Json) -> Json:
        """Make something. Raise Unknown when no answer says whether it was made."""
        return await self._call("POST", path, body=body)

    async def look(self, path: str, body: Json) -> Json:
        """Read something that is asked for with a body."""
        return await self._call("POST", path, body=body, reads=True)

    async def attach(self, issue: str, name: str, content: bytes) -> None:
        """Attach a file to an issue. Raise Unknown when no answer says whether it is there."""
        await self._call("POST", f"issue/{issue}/attachments", files={"file": (name, content, "text/csv")})

    async def put(self, path: str, body: Json) -> Json:
        """Set something. Setting it twice does no harm."""
        return await self._call("PUT", path, body=body)

    def close(self) -> None:
        """Let the threads end; what they wait for is not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: Json = None,
        files: Files | None = None,
        reads: bool = False,
    ) -> Json:
        self._leave_alone()
        what = {"params": params, "json": body} if files is None else {"files": files, "headers": UPLOADS}
        call = partial(self._send, method, path, what, reads)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, partial(copy_context().run, call))

    def _leave_alone(self) -> None:
        """Raise Retry while Jira asked to be left alone, whatever it was that it said so to."""
        now = self._clock.now()
        if self._left_alone_until is not None and now < self._left_alone_until:
            raise Retry("Jira asked to be left alone", self._left_alone_until - now)

    def _send(self, method: str, path: str, what: Mapping[str, Any], reads: bool) -> Json:
        still_held()  # Whoever was frozen until now must not create what somebody else created meanwhile.
        version = 3 if self.is_cloud else 2
        url = f"{self.url}/rest/api/{version}/{path}"
        try:
            answer = self._session().request(method, url, **what, allow_redirects=False)
        except JIRAError as error:
            raise self._judged(error, reads) from error
        except requests.RequestException as error:
            raise _unanswered(error, reads) from error
        if answer.status_code >= 300:
            raise Rejected(
                f"JIRA_URL leads elsewhere: {answer.headers.get('Location', '')}",
                cause=Cause.CONFIGURATION,
                status=answer.status_code,
            )
        try:
            return answer.json() if answer.content else None
        except ValueError as error:
            said = "JIRA_URL answers, but not as Jira does"
            failure: Failed = Retry(said, cause=Cause.CONFIGURATION) if reads else Unknown(said)
            raise failure from error

    def _session(self) -> Any:
        """Return the session under the token in force; a rotated one gets a new session."""
        version = self._token.valid()[0]
        if self._client is None or self._client[0] != version.text:
            who: dict[str, Any] = {"basic_auth": (self.email, version.text)}
            if not self.is_cloud:
                who = {"token_auth": version.text}
            client = JIRA(self.url, get_server_info=False, max_retries=0, timeout=TIMEOUT, logging=False, **who)
            client.deploymentType = "Cloud" if self.is_cloud else "Server"
            self._client = (version.text, client)
        self._token.used(version)
        return self._client[1]._session

    def _judged(self, error: JIRAError, reads: bool) -> Failed:
        """Return what a refusal means: whose fault it is, and whether the call may have worked all the same."""
        response = error.response
        assert response is not None, "every error of a session has what was answered"
        status, reason = response.status_code, said_by(response)
        asked = asked_pause(response.headers.get("Retry-After", ""), self._clock.now())
        if asked is not None and status in (429, 503):
            self._left_alone_until = self._clock.now() + asked
        about: dict[str, Any] = {"status": status, "answer": response.text}
        if status == 429:
            return Retry("Jira asks us to wait", asked or timedelta(), **about)
        if status == 401:
            said = "Jira does not accept JIRA_API_TOKEN: it expired, or it is of another account"
            return Retry(said, cause=Cause.CONFIGURATION, **about)
        if status >= 500 or status == 408:
            return (Retry if reads else Unknown)(f"Jira answered {status}", asked, **about)
        return Rejected(reason, **about)


def _unanswered(error: requests.RequestException, reads: bool) -> Failed:
    """Return what no answer means. Only where no connection stood is it certain that nothing was asked."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    never_asked = isinstance(error, requests.ConnectTimeout) or "NewConnectionError" in type(reason).__name__
    never_asked = never_asked or "NameResolutionError" in type(reason).__name__
    if never_asked:
        return Retry("Jira cannot be reached")
    return (Retry if reads else Unknown)(f"Jira did not answer ({type(error).__name__})")


def said_by(response: requests.Response) -> str:
    """Return what Jira says is wrong, with the name of each field that it is about."""
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        return f"Jira answered {response.status_code}"
    errors = answer.get("errors")
    said = [str(message) for message in answer.get("errorMessages") or []]
    said += [f"{field}: {text}" for field, text in errors.items()] if isinstance(errors, dict) else []
    return " ".join(said)[:LONGEST_REASON] or f"Jira answered {response.status_code}"
