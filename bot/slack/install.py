"""Installing the app in a workspace: Slack's OAuth flow, from the button to the sealed token."""

import hashlib
import hmac
import logging
import secrets
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.secrets import LINKS
from bot.errors import Refused
from bot.flows.install import install, spend_state
from bot.house import House
from bot.secret import CLIENT_SECRET
from bot.settings import Settings
from bot.slack.checkup import SCOPES
from bot.vault import Vault

log = logging.getLogger("firstfive.slack")

LASTS = timedelta(minutes=10)
TIMEOUT = 10  # seconds


class Installing:
    """Sends people to Slack and takes them back. A state is signed, belongs to one browser, and serves once."""

    def __init__(self, house: House, settings: Settings, vault: Vault) -> None:
        self._house, self._settings, self._vault = house, settings, vault

    def begin(self) -> tuple[str, str]:
        """Return (where to send somebody who wants to install the app, the state that their browser keeps)."""
        until = int((self._house.clock.now() + LASTS).timestamp())
        said = f"{secrets.token_urlsafe(16)}.{until}"
        state = f"{said}.{_mark(said, self._keys()[0])}"
        asked = {
            "client_id": self._settings.slack_client_id,
            "scope": ",".join(SCOPES),
            "redirect_uri": self._back,
            "state": state,
        }
        return f"{self._settings.slack_api_url.removesuffix('api/')}oauth/v2/authorize?{urlencode(asked)}", state

    async def finish(self, code: str, state: str, kept: str) -> str:
        """Exchange a code for a token, and return the workspace's name. *kept* is what the browser kept.

        Raise Refused, in words for whoever installs, when the state or the code does not hold.
        """
        if not hmac.compare_digest(state.encode(), kept.encode()) or not self._holds(state):
            raise Refused("This installation began elsewhere, or too long ago. Begin a new one: /slack/install")
        await self._house.do(spend_state, state)
        client = AsyncWebClient(base_url=self._settings.slack_api_url, timeout=TIMEOUT, retry_handlers=[])
        try:
            answer = await client.api_call("oauth.v2.access", data=self._exchange(code))
            if answer.get("is_enterprise_install"):
                raise Refused("firstfive is installed in one workspace at a time, not in a whole organization.")
            token = str(answer["access_token"])
            known = await client.auth_test(token=token)
        except SlackApiError as refusal:
            raise Refused(f"Slack refuses: {refusal.response.get('error')}. Begin again: /slack/install") from refusal
        except (SlackClientError, TimeoutError, OSError) as silence:
            raise Refused("Slack does not answer. Begin again in a minute: /slack/install") from silence
        team = answer["team"]
        await self._house.do(install, team["id"], str(answer["bot_user_id"]), token, str(known["url"]))
        log.info("the app was installed in %s", team["id"])
        return str(team["name"])

    @property
    def _back(self) -> str:
        return f"{self._settings.public_url}/slack/oauth_redirect"

    def _exchange(self, code: str) -> dict[str, str]:
        client = {"client_id": self._settings.slack_client_id, "redirect_uri": self._back}
        return client | {"client_secret": self._vault.held(CLIENT_SECRET).texts()[0], "code": code}

    def _holds(self, state: str) -> bool:
        said, _, mark = state.rpartition(".")
        until = said.rpartition(".")[2]
        fits = any(hmac.compare_digest(_mark(said, key).encode(), mark.encode()) for key in self._keys())
        return fits and self._house.clock.now() < datetime.fromtimestamp(int(until), UTC)

    def _keys(self) -> list[str]:
        return self._vault.held(LINKS).texts()


def _mark(said: str, key: str) -> str:
    return hmac.new(key.encode(), f"slack install\n{said}".encode(), hashlib.sha256).hexdigest()
