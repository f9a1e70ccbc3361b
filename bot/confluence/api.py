"""Confluence's REST API, Cloud v2: every call we make, with what its answers mean for an effect."""

from dataclasses import dataclass
from typing import Any

import httpx

from bot.core.answers import asked_pause, judged
from bot.errors import Failed, Rejected, Retry, Unknown
from bot.house import Clock
from bot.outbox.hold import still_held
from bot.outside import Confluence
from bot.secret import CONFLUENCE_TOKEN
from bot.vault import Held
from store.types import Cause

TIMEOUT = httpx.Timeout(12, connect=4)  # seconds
LONGEST_REASON = 300  # characters
CONFLICT, MISSING = 409, 404


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it stands: its body in the storage format, the number of its version and what was said of that."""

    id: str
    title: str
    body: str
    number: int
    message: str


class ConfluenceApi:
    """One Cloud as one account."""

    def __init__(self, settings: Confluence, token: Held, clock: Clock) -> None:
        self._settings, self._token, self._clock = settings, token, clock
        self._client = httpx.AsyncClient(base_url=f"{settings.url}/wiki/api/v2/", timeout=TIMEOUT)
        self._space = ""

    def link(self, page_id: str) -> str:
        """Return where people read a page."""
        return f"{self._settings.url}/wiki/pages/viewpage.action?pageId={page_id}"

    async def space(self) -> str:
        """Return the id of the space that the settings name."""
        if not self._space:
            found = (await self._call("GET", "spaces", params={"keys": self._settings.space}))["results"]
            if not found:
                raise Rejected(
                    f"there is no space {self._settings.space} (CONFLUENCE_SPACE)", cause=Cause.CONFIGURATION
                )
            self._space = str(found[0]["id"])
        return self._space

    async def titled(self, title: str) -> Page | None:
        """Return the page of a title, of which a space has one at most."""
        params = {"space-id": await self.space(), "title": title, "body-format": "storage"}
        found = (await self._call("GET", "pages", params=params))["results"]
        return _page(found[0]) if found else None

    async def page(self, page_id: str) -> Page | None:
        """Return a page, or None when it was deleted."""
        try:
            found = await self._call("GET", f"pages/{page_id}", params={"body-format": "storage"})
        except Rejected as refusal:
            if refusal.status != MISSING:
                raise
            return None
        return _page(found) if found.get("status") == "current" else None

    async def create(self, title: str, body: str, message: str) -> Page:
        """Make a page. Raise Unknown when no answer says whether it was made."""
        new = {"spaceId": await self.space(), **_content(title, body), "version": {"number": 1, "message": message}}
        if self._settings.parent:
            new["parentId"] = self._settings.parent
        return _page(await self._call("POST", "pages", body=new))

    async def update(self, page: Page, title: str, body: str, message: str) -> Page:
        """Write over a page as it is known. Raise Retry when somebody wrote at the same time."""
        new = {"id": page.id, **_content(title, body), "version": {"number": page.number + 1, "message": message}}
        try:
            return _page(await self._call("PUT", f"pages/{page.id}", body=new))
        except Rejected as refusal:
            if refusal.status != CONFLICT:
                raise
            raise Retry("somebody wrote on the page at the same time", status=CONFLICT) from refusal

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()

    async def _call(self, method: str, path: str, *, params: Any = None, body: Any = None) -> dict[str, Any]:
        still_held()  # Whoever was frozen until now must not create what somebody else created meanwhile.
        version, reads = self._token.valid()[0], method == "GET"
        try:
            auth = (self._settings.email, version.text)
            answer = await self._client.request(method, path, params=params, json=body, auth=auth)
        except httpx.ConnectError as error:
            raise Retry("Confluence cannot be reached") from error
        except httpx.HTTPError as error:
            said = f"Confluence did not answer ({type(error).__name__})"
            raise (Retry if reads else Unknown)(said) from error
        self._token.used(version)
        if answer.status_code >= 300:
            raise self._refused(answer, reads)
        try:
            return dict(answer.json())
        except ValueError as error:
            failed: Failed = (Retry if reads else Unknown)("CONFLUENCE_URL answers, but not as Confluence does")
            raise failed from error

    def _refused(self, answer: httpx.Response, reads: bool) -> Failed:
        asked = asked_pause(answer.headers.get("Retry-After", ""), self._clock.now())
        status = answer.status_code
        failed = judged("Confluence", CONFLUENCE_TOKEN, status, asked, reads=reads, answer=answer.text)
        if isinstance(failed, Rejected):
            return Rejected(_said(answer), status=status, answer=answer.text)
        return failed


def _content(title: str, body: str) -> dict[str, Any]:
    return {"status": "current", "title": title, "body": {"representation": "storage", "value": body}}


def _page(found: dict[str, Any]) -> Page:
    body = ((found.get("body") or {}).get("storage") or {}).get("value") or ""
    version = found["version"]
    return Page(str(found["id"]), str(found["title"]), body, int(version["number"]), version.get("message") or "")


def _said(answer: httpx.Response) -> str:
    """Return what Confluence says is wrong."""
    try:
        errors = answer.json().get("errors") or []
        said = " ".join(str(each.get("title") or "") for each in errors).strip()
    except (ValueError, AttributeError):
        said = ""
    return said[:LONGEST_REASON] or f"Confluence answered {answer.status_code}"
