"""The audit log: who saw what is private, and who changed what others may do. Rows are only ever added.

The database itself refuses to alter or delete one, and each row is chained to the one before it.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Index, bindparam
from sqlmodel import Session, SQLModel, col, select

from store.columns import Utc, Word, fact, reference
from store.db import take_turns
from store.types import Audited

PAGE = 500  # rows that are read at once while the chain is proven


class AuditEntry(SQLModel, table=True):
    """One thing that somebody did.

    ``actor`` and ``subject`` are references of people: those of an erased person say nothing any more. ``via`` is how
    they came, ``detail`` a few words that are not personal. ``mark`` closes the chain up to here.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("audit_entry_workspace", "workspace_id", "id"),
        Index("audit_entry_actor", "actor", "id"),
        Index("audit_entry_incident", "incident_id", "id"),
    )

    id: int = fact(primary_key=True, sa_column_kwargs={"autoincrement": False})
    workspace_id: int | None = fact(None)
    at: datetime = fact(sa_type=Utc)
    what: Audited = fact(sa_type=Word(Audited))
    via: str = fact()
    actor: str | None = reference(None)
    subject: str | None = reference(None)
    incident_id: int | None = fact(None)
    detail: str = fact("")
    mark: str = fact()


_LAST = select(AuditEntry.id, AuditEntry.mark).order_by(col(AuditEntry.id).desc()).limit(1)
_AFTER = select(AuditEntry).where(col(AuditEntry.id) > bindparam("after")).order_by(col(AuditEntry.id)).limit(PAGE)


def last_mark(db: Session) -> tuple[int, str]:
    """Return (number, mark) of the last entry, (0, "") before the first. Others wait until this transaction ends."""
    take_turns(db, AuditEntry)
    found = db.connection().execute(_LAST).first()
    return (found.id, found.mark) if found else (0, "")


def add_entry(db: Session, entry: AuditEntry) -> None:
    """Add an entry, which carries the number and the mark that follow the last."""
    db.add(entry)
    db.flush()


def audit_entries(
    db: Session,
    workspace_id: int,
    *,
    what: Audited | None = None,
    actor: str | None = None,
    incident_id: int | None = None,
    before: int | None = None,
    limit: int = 50,
) -> Sequence[AuditEntry]:
    """Return entries of a workspace, the newest first; those that are of none, such as rotations, are everybody's."""
    statement = select(AuditEntry).where(
        (col(AuditEntry.workspace_id) == workspace_id) | col(AuditEntry.workspace_id).is_(None)
    )
    if what is not None:
        statement = statement.where(AuditEntry.what == what)
    if actor is not None:
        statement = statement.where((col(AuditEntry.actor) == actor) | (col(AuditEntry.subject) == actor))
    if incident_id is not None:
        statement = statement.where(AuditEntry.incident_id == incident_id)
    if before is not None:
        statement = statement.where(col(AuditEntry.id) < before)
    return db.exec(statement.order_by(col(AuditEntry.id).desc()).limit(limit)).all()


def whole_log(db: Session) -> Iterator[AuditEntry]:
    """Yield every entry, the oldest first, a page at a time."""
    after = 0
    while found := db.scalars(_AFTER, {"after": after}).all():
        yield from found
        after = found[-1].id
