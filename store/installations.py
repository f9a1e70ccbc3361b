"""Installations: the Slack workspaces that the app was installed in. Their tokens are kept with the other secrets."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, update
from sqlmodel import Session, SQLModel, col, select

from store.columns import Utc, fact


class Installation(SQLModel, table=True):
    """The app in one workspace. ``bot_user`` is who it is there; ``removed_at`` is when it was thrown out."""

    team_id: str = fact(primary_key=True)
    workspace_id: int = fact(foreign_key="workspace.id", unique=True)
    bot_user: str = fact()
    installed_at: datetime = fact(sa_type=Utc)
    removed_at: datetime | None = fact(None, sa_type=Utc)


_REMOVE = (
    update(Installation)
    .where(col(Installation.team_id) == bindparam("team"), col(Installation.removed_at).is_(None))
    .values(removed_at=bindparam("at"))
)


def put_installation(db: Session, installation: Installation) -> None:
    """Remember an installation, in place of an earlier one of the same workspace."""
    db.merge(installation)


def remove_installation(db: Session, team_id: str, at: datetime) -> bool:
    """Remember that the app was thrown out of a workspace; False when it was not installed."""
    return db.connection().execute(_REMOVE, {"team": team_id, "at": at}).rowcount == 1


def all_installations(db: Session) -> Sequence[Installation]:
    """Return every installation, removed ones too, the oldest first."""
    return db.exec(select(Installation).order_by(col(Installation.installed_at))).all()
