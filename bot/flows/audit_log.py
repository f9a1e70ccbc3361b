"""The audit log as an admin reads it. Of what is private it names the number and nothing else."""

from dataclasses import dataclass
from datetime import datetime

from bot.flows.tx import Tx
from store.audit import audit_entries
from store.incidents import incidents_by_id
from store.people import accounts, find_person
from store.types import Audited

NOBODY = "-"  # a reference that nobody has


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: of what, by or about which account, of which incident, before which number, how many."""

    what: Audited | None = None
    account: str | None = None
    incident_id: int | None = None
    before: int | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class AuditView:
    """One entry. People are accounts; an erased one is None."""

    id: int
    at: datetime
    what: Audited
    via: str
    actor: str | None
    subject: str | None
    incident: str | None
    detail: str


def audit_log(tx: Tx, workspace_id: int, wanted: Wanted) -> list[AuditView]:
    """Return entries of the audit log, the newest first."""
    who = None if wanted.account is None else find_person(tx.db, workspace_id, wanted.account) or NOBODY
    rows = audit_entries(
        tx.db,
        workspace_id,
        what=wanted.what,
        actor=who,
        incident_id=wanted.incident_id,
        before=wanted.before,
        limit=wanted.limit,
    )
    known = accounts(tx.db, {ref for row in rows for ref in (row.actor, row.subject) if ref})
    incidents = incidents_by_id(tx.db, {row.incident_id for row in rows if row.incident_id is not None})
    return [
        AuditView(
            row.id,
            row.at,
            row.what,
            row.via,
            known.get(row.actor or ""),
            known.get(row.subject or ""),
            incidents[row.incident_id].key if row.incident_id in incidents else None,
            row.detail,
        )
        for row in rows
    ]
