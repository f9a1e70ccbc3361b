"""Sign in with Slack: OpenID Connect, from the button to who somebody is.

A state belongs to one browser, lasts ten minutes, and serves once. The token is Slack's own answer to our secret, so
what it says is believed without its signature; its nonce ties it to the browser that began
(OpenID Connect Core 1.0, 3.1.3.7).
"""

import base64
import hashlib
import hmac
import json
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.secrets import LINKS
from bot.errors import Refused
from bot.flows.install import spend_state
from bot.flows.sign_in import Member
from bot.house import House
from bot.secret import CLIENT_SECRET
from bot.settings import Settings
from bot.slack.desks import Desks
from bot.slack.members import member_of
from bot.vault import Vault

LASTS = timedelta(minutes=10)
TIMEOUT = 10  # seconds
BACK = "/sign-in/slack/back"

_AGAIN = "Begin again: /sign-in"


class SigningIn:
    """Sends people to Slack and takes them back."""

    def __init__(self, house: House, settings: Settings, vault: Vault, desks: Desks) -> None:
        self._house, self._settings, self._vault, self._desks = house, settings, vault, desks

    def begin(self) -> tuple[str, str]:
        """Return (where to send somebody who wants to sign in, what their browser keeps meanwhile)."""
        until = int((self._house.clock.now() + LASTS).timestamp())
        kept = f"{secrets.token_urlsafe(24)}.{until}"
        key = self._keys()[0]
        asked = {
            "response_type": "code",
            "scope": "openid email profile",
            "client_id": self._settings.slack_client_id,
            "redirect_uri": self._back,
            "state": _mark("state", kept, key),
            "nonce": _mark("nonce", kept, key),
        }
        return f"{self._settings.slack_api_url.removesuffix('api/')}openid/connect/authorize?{urlencode(asked)}", kept

    async def finish(self, code: str, state: str, kept: str) -> tuple[str, Member]:
        """Exchange a code for who somebody is: Slack's id of the workspace, and the member. *kept* is the browser's.

        Raise Refused, in words for whoever signs in, when state, code or answer does not hold.
        """
        key = next((key for key in self._keys() if _fits(_mark("state", kept, key), state)), None)
        if key is None or self._house.clock.now() >= datetime.fromtimestamp(int(kept.rpartition(".")[2]), UTC):
            raise Refused(f"This sign-in began in another browser, or too long ago. {_AGAIN}")
        await self._house.do(spend_state, f"sign in {state}")
        said = await self._exchanged(code)
        if said.get("aud") != self._settings.slack_client_id or not _fits(_mark("nonce", kept, key), said.get("nonce")):
            raise Refused(f"Slack's answer is not for this sign-in. {_AGAIN}")
        if said.get("exp", 0) <= self._house.clock.now().timestamp():
            raise Refused(f"Slack's answer came too late, or this machine's clock is wrong. {_AGAIN}")
        team, account = str(said["https://slack.com/team_id"]), str(said["https://slack.com/user_id"])
        return team, await member_of(self._desks, team, account)

    @property
    def _back(self) -> str:
        return f"{self._settings.public_url}{BACK}"

    async def _exchanged(self, code: str) -> dict[str, Any]:
        client = AsyncWebClient(base_url=self._settings.slack_api_url, timeout=TIMEOUT, retry_handlers=[])
        ours = {"client_id": self._settings.slack_client_id, "redirect_uri": self._back}
        ours |= {"client_secret": self._vault.held(CLIENT_SECRET).texts()[0], "grant_type": "authorization_code"}
        try:
            answer = await client.api_call("openid.connect.token", data=ours | {"code": code})
            return _claims(str(answer["id_token"]))
        except SlackApiError as refusal:
            raise Refused(f"Slack refuses: {refusal.response.get('error')}. {_AGAIN}") from refusal
        except (SlackClientError, TimeoutError, OSError) as silence:
            raise Refused(f"Slack does not answer. {_AGAIN}") from silence
        except (LookupError, ValueError) as nonsense:
            raise Refused(f"Slack's answer is not understood. {_AGAIN}") from nonsense

    def _keys(self) -> list[str]:
        return self._vault.held(LINKS).texts()


def _claims(token: str) -> dict[str, Any]:
    """Return what a JSON Web Token says."""
    body = token.split(".")[1]
    said = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    if not isinstance(said, dict) or not {"https://slack.com/team_id", "https://slack.com/user_id"} <= said.keys():
        raise ValueError("it does not say who somebody is")
    return said


def _fits(mark: str, given: Any) -> bool:
    return hmac.compare_digest(mark.encode(), str(given).encode())


def _mark(what: str, kept: str, key: str) -> str:
    return hmac.new(key.encode(), f"sign in {what}\n{kept}".encode(), hashlib.sha256).hexdigest()
