"""API tokens: made once, shown once, used until they end or somebody revokes them. Only their digest is kept."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.access import SCOPES, Viewer, digest
from bot.errors import Refused
from bot.flows.keep_account import keep_account
from bot.flows.tx import Tx
from store.people import accounts
from store.tokens import ApiToken, token_by_hash, token_by_id, tokens_of, use_token
from store.types import Audited, Scope, WebRole

PREFIX = "ff_"
SHOWN = 10  # characters of a token by which it is known
USED = timedelta(minutes=1)  # a use is written down once in so long
LONGEST_NAME = 80  # characters


@dataclass(frozen=True, slots=True)
class Wish:
    """What a token is to be: its name, what it may, until when, and for whom; for nobody it is a service's."""

    name: str
    scopes: frozenset[Scope]
    ends_at: datetime | None = None
    person: str | None = None


@dataclass(frozen=True, slots=True)
class Maker:
    """Who makes or revokes a token: their reference, where, how they came, and what they may pass on."""

    workspace_id: int
    person: str | None
    via: str
    scopes: frozenset[Scope]


@dataclass(frozen=True, slots=True)
class TokenView:
    """A token as people see it: never itself."""

    id: int
    name: str
    prefix: str
    scopes: tuple[str, ...]
    account: str | None
    made_at: datetime
    ends_at: datetime | None
    used_at: datetime | None
    revoked_at: datetime | None
    is_over: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A token that holds, as a viewer, and whether its use is to be written down."""

    viewer: Viewer
    token_id: int
    is_due: bool


def make_token(tx: Tx, maker: Maker, wish: Wish) -> str:
    """Make a token and return it: nobody can see it again. Nobody passes on what they may not do themselves."""
    name = wish.name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise Refused(f"Give the token a name of up to {LONGEST_NAME} characters that says who uses it.")
    if not wish.scopes:
        raise Refused(f"Say what the token may: some of {', '.join(Scope)}.")
    if beyond := wish.scopes - maker.scopes:
        raise Refused(f"You may not do this yourself, so no token of yours may: {', '.join(sorted(beyond))}.")
    if wish.ends_at is not None and wish.ends_at <= tx.now:
        raise Refused("That time is over. Name one to come, or none.")
    text = PREFIX + secrets.token_urlsafe(32)
    tx.db.add(
        ApiToken(
            workspace_id=maker.workspace_id,
            name=name,
            token_hash=digest(text),
            prefix=text[:SHOWN],
            scopes=" ".join(sorted(wish.scopes)),
            person_ref=wish.person,
            made_by=maker.person,
            made_at=tx.now,
            ends_at=wish.ends_at,
        )
    )
    _account(tx, maker, Audited.TOKEN_MADE, wish.person, f"{text[:SHOWN]} {' '.join(sorted(wish.scopes))}")
    return text


def revoke_token(tx: Tx, maker: Maker, token_id: int, *, own: bool = False) -> TokenView:
    """End a token now; with *own*, only one of the maker's. What is not theirs is as if it were not there."""
    row = token_by_id(tx.db, token_id)
    if row is None or row.workspace_id != maker.workspace_id or (own and row.person_ref != maker.person):
        raise Refused(f"There is no token {token_id}. See them: firstfive tokens list")
    if row.revoked_at is None:
        row.revoked_at = tx.now
        tx.db.add(row)
        _account(tx, maker, Audited.TOKEN_REVOKED, row.person_ref, row.prefix)
    return _view(tx, row, {})


def token_viewer(tx: Tx, text: str) -> Shown | None:
    """Return who shows a token; None when there is none such, or it ended. A person's may do what they may, at most."""
    row = token_by_hash(tx.db, digest(text)) if text.startswith(PREFIX) else None
    if row is None or row.revoked_at is not None or (row.ends_at is not None and row.ends_at <= tx.now):
        return None
    scopes = frozenset(map(Scope, row.scopes.split()))
    if row.person_ref is not None:
        if row.account is None or not row.active:
            return None
        role = tx.rules.admission.of(row.account, row.given)
        scopes &= SCOPES[role]
    else:
        role = next(role for role in WebRole if scopes <= SCOPES[role])
    account = row.account or f"token:{row.id}"
    viewer = Viewer(
        row.workspace_id, row.person_ref, account, row.team, role, scopes, "token", session=f"token {row.id}"
    )
    return Shown(viewer, row.id, row.used_at is None or tx.now - row.used_at >= USED)


def note_token_use(tx: Tx, token_id: int) -> None:
    """Remember that a token was used."""
    use_token(tx.db, token_id, tx.now)


def tokens_view(tx: Tx, workspace_id: int, person: str | None = None) -> list[TokenView]:
    """Return the tokens of a workspace, or a person's own, the newest first."""
    rows = tokens_of(tx.db, workspace_id, person)
    known = accounts(tx.db, {row.person_ref for row in rows if row.person_ref})
    return [_view(tx, row, known) for row in rows]


def scopes_named(words: Collection[str]) -> frozenset[Scope]:
    """Read scopes as people write them."""
    try:
        return frozenset(Scope(word.strip().lower()) for word in words)
    except ValueError as error:
        raise Refused(f"{str(error).split(' is')[0]} is no scope. There are {', '.join(Scope)}.") from None


def _view(tx: Tx, row: ApiToken, known: dict[str, str]) -> TokenView:
    return TokenView(
        row.id or 0,
        row.name,
        row.prefix,
        tuple(row.scopes.split()),
        known.get(row.person_ref or ""),
        row.made_at,
        row.ends_at,
        row.used_at,
        row.revoked_at,
        row.revoked_at is not None or (row.ends_at is not None and row.ends_at <= tx.now),
    )


def _account(tx: Tx, maker: Maker, what: Audited, subject: str | None, detail: str) -> None:
    keep_account(
        tx,
        what,
        workspace_id=maker.workspace_id,
        via=maker.via,
        actor=maker.person,
        subject=subject,
        detail=detail,
    )
