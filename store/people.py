"""People: a random reference each, so that everything else can point at a person without naming one."""

from collections.abc import Collection

from sqlalchemy import Index, bindparam
from sqlmodel import Session, SQLModel, col, select

from store.columns import fact, personal, reference, sealed
from store.db import insert_once
from store.workspaces import Workspace


class Person(SQLModel, table=True):
    """Someone who takes part. Deleting the row and their keys erases them; the references left behind say nothing.

    ``account`` is a Slack user id, "shell:ana" for someone at a shell, or "replay:on-call" in a recorded incident.
    """

    __table_args__ = (Index("person_account", "workspace_id", "account", unique=True),)

    ref: str = reference(primary_key=True)
    workspace_id: int = fact(foreign_key="workspace.id")
    account: str = personal()
    name: bytes | None = sealed(None)
    key_id: int | None = fact(None)
    zone: str | None = personal(None)
    active: bool = fact(True)


_BY_ACCOUNT = select(Person.ref).where(
    Person.workspace_id == bindparam("workspace"), Person.account == bindparam("account")
)


_BY_TEAM = (
    select(Person.workspace_id, Person.ref)
    .join(Workspace, col(Workspace.id) == col(Person.workspace_id))
    .where(Workspace.slack_team_id == bindparam("team"), Person.account == bindparam("account"))
)


def known_person(db: Session, team_id: str, account: str) -> tuple[int, str] | None:
    """Return (workspace id, reference) of somebody who was here before, or None: one question instead of two."""
    found = db.connection().execute(_BY_TEAM, {"team": team_id, "account": account}).first()
    return (found.workspace_id, found.ref) if found else None


def find_person(db: Session, workspace_id: int, account: str) -> str | None:
    """Return the reference of whoever has this account, or None when nobody has it yet."""
    return db.connection().execute(_BY_ACCOUNT, {"workspace": workspace_id, "account": account}).scalar()


def add_person(db: Session, ref: str, workspace_id: int, account: str) -> bool:
    """Remember somebody new; False when somebody else just did."""
    return insert_once(db, Person, {"ref": ref, "workspace_id": workspace_id, "account": account})


def people(db: Session, refs: Collection[str]) -> list[Person]:
    """Return the people behind references; erased ones are left out."""
    return list(db.exec(select(Person).where(col(Person.ref).in_(refs)))) if refs else []


def active_people(db: Session, workspace_id: int) -> list[str]:
    """Return the references of everyone known in a workspace's Slack, in an order that says nothing about them."""
    known = select(Person.ref).where(Person.workspace_id == workspace_id, col(Person.active))
    in_slack = known.where(~col(Person.account).contains(":"))
    return list(db.exec(in_slack.order_by(col(Person.ref))))


def named_people(db: Session, workspace_id: int, limit: int = 5000) -> list[Person]:
    """Return those of a workspace whose names were learned, at most so many."""
    known = select(Person).where(Person.workspace_id == workspace_id, col(Person.name).is_not(None))
    return list(db.exec(known.order_by(col(Person.ref)).limit(limit)))


def person(db: Session, ref: str) -> Person | None:
    """Return the person behind a reference, or None when they were erased."""
    return db.get(Person, ref)


_ACCOUNTS = select(Person.ref, Person.account).where(col(Person.ref).in_(bindparam("refs", expanding=True)))


def accounts(db: Session, refs: Collection[str]) -> dict[str, str]:
    """Map references to accounts; erased people are left out."""
    if not refs:
        return {}
    return {row.ref: row.account for row in db.connection().execute(_ACCOUNTS, {"refs": list(refs)})}


_ZONES = select(Person.ref, Person.zone).where(
    Person.workspace_id == bindparam("workspace"), col(Person.zone).is_not(None)
)


def zones(db: Session, workspace_id: int) -> dict[str, str]:
    """Map the people of a workspace to the zone in which they live, as far as Slack told it."""
    return {row.ref: row.zone for row in db.connection().execute(_ZONES, {"workspace": workspace_id})}
