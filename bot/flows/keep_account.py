"""Keep account of who saw what is private and who changed what others may do. An entry is never altered."""

import hashlib
import json

from bot.core.access import Viewer
from bot.flows.asked import asker
from bot.flows.tx import Request, Tx
from store.audit import AuditEntry, add_entry, last_mark, whole_log
from store.types import Audited


def keep_account(
    tx: Tx,
    what: Audited,
    *,
    workspace_id: int | None,
    via: str,
    actor: str | None = None,
    subject: str | None = None,
    incident_id: int | None = None,
    detail: str = "",
) -> None:
    """Add an entry to the audit log, in the transaction of what it is about. *detail* is not personal."""
    number, before = last_mark(tx.db)
    entry = AuditEntry(
        id=number + 1,
        workspace_id=workspace_id,
        at=tx.now,
        what=what,
        via=via,
        actor=actor,
        subject=subject,
        incident_id=incident_id,
        detail=detail,
        mark="",
    )
    entry.mark = _mark(before, entry)
    add_entry(tx.db, entry)


def account_for(tx: Tx, viewer: Viewer, what: Audited, *, incident_id: int | None = None, detail: str = "") -> None:
    """Add what a viewer did."""
    actor = viewer.person
    if actor is None and ":" in viewer.account:  # somebody at the machine has a name there
        actor = asker(tx, Request("", viewer.account, viewer.team))[1]
    said = " ".join(filter(None, (detail, viewer.session if viewer.via == "token" else "")))
    keep_account(
        tx,
        what,
        workspace_id=viewer.workspace_id,
        via=viewer.via,
        actor=actor,
        incident_id=incident_id,
        detail=said,
    )


def account_of_request(
    tx: Tx, request: Request, what: Audited, detail: str = "", incident_id: int | None = None
) -> None:
    """Add what somebody asked for, at a shell or through a door."""
    workspace_id, actor = asker(tx, request)
    door = request.id.partition(":")[0]
    via = door if door in ("shell", "web", "api", "mcp") else "slack"
    keep_account(tx, what, workspace_id=workspace_id, via=via, actor=actor, incident_id=incident_id, detail=detail)


def account_at_shell(tx: Tx, request: Request, what: Audited, detail: str) -> None:
    """Add what somebody at a shell did to what belongs to no workspace."""
    actor = asker(tx, request)[1]
    keep_account(tx, what, workspace_id=None, via="shell", actor=actor, detail=detail)


def prove_account(tx: Tx) -> tuple[int, str | None]:
    """Return (how many entries there are, what is wrong with the chain in one sentence, or None)."""
    number, before = 0, ""
    for entry in whole_log(tx.db):
        number += 1
        if entry.id != number:
            return number, f"entry {number} is missing"
        if entry.mark != _mark(before, entry):
            return number, f"entry {number} was altered"
        before = entry.mark
    return number, None


def _mark(before: str, entry: AuditEntry) -> str:
    said = [before, entry.id, entry.workspace_id, entry.at.isoformat(), entry.what, entry.via]
    said += [entry.actor, entry.subject, entry.incident_id, entry.detail]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
