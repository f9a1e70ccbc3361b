"""What the settings page shows: who somebody is here, what they have open, and for admins what stands around."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.access import Viewer
from bot.flows.api_tokens import TokenView, tokens_view
from bot.flows.give_role import RoleView, roles_view
from bot.flows.keep_secret import secret_versions
from bot.flows.meet import names_of
from bot.flows.sign_in import SessionView, sessions_view
from bot.flows.tx import Tx
from store.people import people, person
from store.types import Scope


@dataclass(frozen=True, slots=True)
class SecretView:
    """A version of a secret that holds. What it says is nowhere here."""

    name: str
    number: int
    made_at: datetime
    ends_at: datetime | None
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """``name`` is what the viewer is called; ``names`` what those are called who were given a role, by account."""

    name: str
    sessions: Sequence[SessionView]
    tokens: Sequence[TokenView]
    roles: Sequence[RoleView]
    names: dict[str, str]
    secrets: Sequence[SecretView]


def settings_page(tx: Tx, viewer: Viewer) -> SettingsPage:
    """Return the settings page of whoever looks. Roles, secrets and all tokens are for admins."""
    who = person(tx.db, viewer.person) if viewer.person else None
    is_admin = viewer.may(Scope.ADMIN)
    tokens = tokens_view(tx, viewer.workspace_id, None if is_admin else viewer.person or "")
    roles = roles_view(tx, viewer.workspace_id) if is_admin else []
    return SettingsPage(
        name=next(iter(names_of(tx, who)), "") if who else "",
        sessions=sessions_view(tx, viewer.person) if viewer.person else [],
        tokens=[token for token in tokens if not token.is_over],
        roles=roles,
        names=_names(tx, roles),
        secrets=_secrets(tx) if is_admin else [],
    )


def _names(tx: Tx, roles: Sequence[RoleView]) -> dict[str, str]:
    known = people(tx.db, [role.person for role in roles])
    return {one.account: next(iter(names_of(tx, one)), one.account) for one in known}


def _secrets(tx: Tx) -> list[SecretView]:
    return [
        SecretView(one.name, one.number, one.made_at, one.ends_at, one.used_at)
        for one in secret_versions(tx)
        if one.is_valid(tx.now)
    ]
