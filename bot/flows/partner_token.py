"""A partner's token: it opens their own deliveries and nothing else. Only its digest is kept, as a secret's version is.

So a new one is made current while the one before holds for a day, `firstfive secrets list` shows both and when each was
used, and `firstfive secrets retire` ends the old one sooner.
"""

import hashlib
import hmac
import secrets
from datetime import timedelta

from bot.core.secrets import OVERLAP, Version
from bot.flows.keep_account import account_of_request
from bot.flows.keep_secret import first_secret, note_uses, rotate_secret, valid_secrets
from bot.flows.register_endpoint import find_partner
from bot.flows.tx import Request, Tx
from store.endpoints import partner_by_id
from store.types import Audited

PREFIX = "ffpartner_"
TOLD = timedelta(seconds=30)  # a use is written down once in so long


def new_token(tx: Tx, request: Request, name: str, overlap: timedelta = OVERLAP) -> str:
    """Give a partner a token and return it. Those before it hold for *overlap* at most."""
    partner = find_partner(tx, request, name)
    token, known_as = PREFIX + secrets.token_urlsafe(32), token_name(partner.id or 0)
    if partner.token_hash is not None:  # made before tokens had versions
        first_secret(tx, known_as, partner.token_hash)
    rotate_secret(tx, known_as, _digest(token), overlap)
    partner.token_hash = _digest(token)  # for processes of the version before, which know no other place
    account_of_request(tx, request, Audited.SECRET_ROTATED, f"token of partner {partner.id}")
    tx.db.add(partner)
    return token


def token_that_opens(tx: Tx, partner_id: int, token: str) -> Version | None:
    """Return the version that a token is, among those of this partner that hold now, or None."""
    partner = partner_by_id(tx.db, partner_id)
    if partner is None or partner.token_hash is None:
        return None
    name = token_name(partner_id)
    held = valid_secrets(tx, name) or [Version(name, 0, partner.token_hash, partner.created_at)]
    given = _digest(token)
    return next((version for version in held if hmac.compare_digest(given, version.text)), None)


def use_token(tx: Tx, version: Version) -> None:
    """Write down that a token was used just now."""
    note_uses(tx, {(version.name, version.number): tx.now})


def token_name(partner_id: int) -> str:
    """Return what a partner's token is called among all secrets."""
    return f"partner-{partner_id}-token"


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
