"""A look at Slack without changing anything: who we are there, what we may do, and what its clock says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.house import Clock
from bot.secret import APP_TOKEN, BOT_TOKEN
from bot.settings import Settings
from bot.vault import Vault

TIMEOUT = 10  # seconds
SCOPES = (  # all that manifest.yaml asks for; it says there what each is for
    *("bookmarks:read", "bookmarks:write", "canvases:write", "channels:history", "channels:join", "channels:manage"),
    *("channels:read", "chat:write", "commands", "files:read", "files:write", "groups:history", "groups:read"),
    *("groups:write", "im:history", "im:write", "pins:read", "pins:write", "reactions:read", "users:read"),
    "users:read.email",
)


@dataclass(frozen=True, slots=True)
class Checkup:
    """What was seen. Errors are Slack's own words, empty when all is well; ``skew_s`` is our clock minus Slack's."""

    error: str = ""
    name: str = ""
    team: str = ""
    missing_scopes: tuple[str, ...] = ()
    app_error: str = ""
    announce_error: str = ""
    skew_s: float | None = None


async def examine(settings: Settings, vault: Vault, clock: Clock) -> Checkup:
    """Ask Slack with the tokens in force. It never raises: what went wrong is what was seen."""
    client = AsyncWebClient(
        token=vault.held(BOT_TOKEN).texts()[0],
        base_url=settings.slack_api_url,
        timeout=TIMEOUT,
        retry_handlers=[],
    )
    try:
        answer = await client.auth_test()
    except _FAULTS as fault:
        return Checkup(error=_word(fault))
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return Checkup(
        name=str(answer["user"]),
        team=str(answer["team"]),
        missing_scopes=_missing(headers),
        app_error=await _app_error(client, vault),
        announce_error=await _announce_error(client, settings.announce_channel),
        skew_s=_skew(headers, clock.now()),
    )


_FAULTS = (SlackClientError, aiohttp.ClientError, TimeoutError, OSError)


def _word(fault: Exception) -> str:
    if isinstance(fault, SlackApiError):
        return str(fault.response.get("error") or f"it answered {fault.response.status_code}")
    return f"it cannot be reached ({str(fault) or type(fault).__name__})"


def _missing(headers: Mapping[str, str]) -> tuple[str, ...]:
    """Return the scopes we lack; none when Slack does not say which we have."""
    given = {scope.strip() for scope in headers.get("x-oauth-scopes", "").split(",")} - {""}
    return tuple(scope for scope in SCOPES if scope not in given) if given else ()


async def _app_error(client: AsyncWebClient, vault: Vault) -> str:
    tokens = vault.held(APP_TOKEN).texts()
    if not tokens:
        return ""
    try:
        await client.apps_connections_open(app_token=tokens[0])
    except _FAULTS as fault:
        return _word(fault)
    return ""


async def _announce_error(client: AsyncWebClient, name: str) -> str:
    """Look for the announce channel on every page of channels."""
    cursor = None
    try:
        while True:
            page = await client.conversations_list(limit=1000, cursor=cursor, types="public_channel,private_channel")
            found = next((channel for channel in page["channels"] if channel["name"] == name), None)
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if found or not cursor:
                break
    except _FAULTS as fault:
        return _word(fault)
    if found is None:
        return "there is no such channel that we can see"
    return "it is archived" if found.get("is_archived") else ""


def _skew(headers: Mapping[str, str], now: datetime) -> float | None:
    try:
        return (now - parsedate_to_datetime(headers["date"])).total_seconds()
    except (KeyError, ValueError, TypeError):
        return None
