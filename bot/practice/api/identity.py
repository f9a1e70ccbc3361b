"""openid.connect.token: who signed in, for the app that asked."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

from bot.practice.cast import CLIENT_ID, CLIENT_SECRET, Person
from bot.practice.forms import Args
from bot.practice.ids import new_id
from bot.practice.refusal import Json, Refusal
from bot.practice.workspace import Workspace

LASTS = timedelta(minutes=10)  # of a code
ISSUER = "https://slack.com"


def token(space: Workspace, args: Args) -> Json:
    """Exchange a code, once, for a token that says who somebody is."""
    if (args.need("client_id"), args.need("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
        raise Refusal("invalid_client_id")
    grant = space.grants.pop(args.need("code"), None)
    if grant is None or space.clock() - grant.at > LASTS:
        raise Refusal("invalid_code")
    if args.text("redirect_uri") != grant.redirect_uri:
        raise Refusal("bad_redirect_uri")
    now = int(space.clock().timestamp())
    said = _claims(grant.person) | {"iss": ISSUER, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": grant.nonce}
    return {"access_token": new_id("xoxp-"), "token_type": "Bearer", "id_token": _signed(said)}


def _claims(person: Person) -> Json:
    who = {"sub": person.id, "name": person.name, "email": person.email, "email_verified": True}
    return who | {f"{ISSUER}/user_id": person.id, f"{ISSUER}/team_id": person.team.id}


def _signed(said: Json) -> str:
    """A JSON Web Token. Slack signs with RS256; here it is our secret, so that nothing else is needed."""
    parts = [_base64(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "HS256"}, said)]
    mark = hmac.new(CLIENT_SECRET.encode(), ".".join(parts).encode(), hashlib.sha256).digest()
    return ".".join([*parts, _base64(mark)])


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
