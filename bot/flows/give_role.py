"""Give somebody a role on the pages, or take it back. Their sessions end, so that nobody keeps what was taken."""

from dataclasses import dataclass
from datetime import datetime

from bot.errors import Refused
from bot.flows.keep_account import keep_account
from bot.flows.meet import meet
from bot.flows.tx import Tx
from store.people import accounts
from store.sessions import end_sessions
from store.types import Audited, WebRole
from store.web_roles import RoleGiven, give_role, role_given, roles_given, take_role_back


@dataclass(frozen=True, slots=True)
class RoleView:
    """A role that somebody was given."""

    person: str
    account: str
    role: WebRole
    given_at: datetime


def give_web_role(tx: Tx, workspace_id: int, account: str, role: WebRole | None, by: str | None, via: str) -> WebRole:
    """Give an account a role, or with None what everybody has, and return what they have now."""
    if ":" in account:
        raise Refused(f"{account} does not sign in. Name somebody by their Slack user id, such as U02AB34CD.")
    admission = tx.rules.admission
    if account in admission.admins and role is not WebRole.ADMIN:
        raise Refused(f"{account} is an admin by FIRSTFIVE_ADMINS. Take them off that list instead.")
    ref = meet(tx, workspace_id, account)
    if role_given(tx.db, ref) is role:
        return admission.of(account, role)
    if role is None:
        take_role_back(tx.db, ref)
    else:
        give_role(tx.db, RoleGiven(person_ref=ref, workspace_id=workspace_id, role=role, given_by=by, given_at=tx.now))
    end_sessions(tx.db, ref, tx.now)
    what = Audited.ROLE_TAKEN if role is None else Audited.ROLE_GIVEN
    keep_account(tx, what, workspace_id=workspace_id, via=via, actor=by, subject=ref, detail=role or "")
    return admission.of(account, role)


def roles_view(tx: Tx, workspace_id: int) -> list[RoleView]:
    """Return the roles that were given in a workspace, the latest first; erased people are left out."""
    rows = roles_given(tx.db, workspace_id)
    known = accounts(tx.db, {row.person_ref for row in rows})
    return [
        RoleView(row.person_ref, known[row.person_ref], row.role, row.given_at)
        for row in rows
        if row.person_ref in known
    ]
