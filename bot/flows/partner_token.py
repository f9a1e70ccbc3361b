"""A partner's token: it opens their own deliveries and nothing else. Only its digest is kept."""

import hashlib
import hmac
import secrets

from bot.flows.keep_account import account_of_request
from bot.flows.register_endpoint import find_partner
from bot.flows.tx import Request, Tx
from store.endpoints import partner_by_id
from store.types import Audited

PREFIX = "ffpartner_"


def new_token(tx: Tx, request: Request, name: str) -> str:
    """Give a partner a token and return it. The one before ends."""
    partner = find_partner(tx, request, name)
    token = PREFIX + secrets.token_urlsafe(32)
    partner.token_hash = _digest(token)
    account_of_request(tx, request, Audited.SECRET_ROTATED, f"token of partner {partner.id}")
    tx.db.add(partner)
    return token


def token_opens(tx: Tx, partner_id: int, token: str) -> bool:
    """Whether a token is this partner's."""
    partner = partner_by_id(tx.db, partner_id)
    if partner is None or partner.token_hash is None:
        return False
    return hmac.compare_digest(_digest(token), partner.token_hash)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
