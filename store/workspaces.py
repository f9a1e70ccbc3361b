"""Workspaces: whose incidents these are, and the number the next one gets."""

from dataclasses import dataclass

from sqlalchemy import bindparam, or_, update
from sqlmodel import Session, SQLModel, col, select

from store.columns import fact
from store.db import take_turns


class Workspace(SQLModel, table=True):
    """One Slack workspace. Before Slack is connected there is one without a team id, which the first team adopts.

    ``weight`` is how many effects it sends in its turn where others send one; an ``isolated`` one shares no room.
    """

    id: int | None = fact(None, primary_key=True)
    slack_team_id: str | None = fact(None, unique=True)
    slack_url: str | None = fact(None)
    last_number: int = fact(0)
    weight: float = fact(1.0)
    isolated: bool = fact(False)


@dataclass(frozen=True, slots=True)
class Share:
    """What a workspace may take of the outbox, where it differs from what all others may."""

    weight: float
    isolated: bool


_OLDEST = select(Workspace.id).order_by(col(Workspace.id)).limit(1)
_BY_TEAM = select(Workspace.id).where(Workspace.slack_team_id == bindparam("team"))


def home_workspace(db: Session, team_id: str | None = None) -> int:
    """Return the id of *team_id*'s workspace, making it (or adopting the one without a team) when it is new.

    Without a team id, the oldest workspace: the one a person at a shell means.
    """
    found = find_workspace(db, team_id)
    if found is None:
        take_turns(db, Workspace)  # Two first requests must not make two.
        found = find_workspace(db, team_id)
    if found is not None:
        return found
    workspace = db.exec(select(Workspace).where(col(Workspace.slack_team_id).is_(None))).first() or Workspace()
    workspace.slack_team_id = team_id
    db.add(workspace)
    db.flush()
    return workspace.id or 0


def find_workspace(db: Session, team_id: str | None = None) -> int | None:
    """Return the id of *team_id*'s workspace, or without one the oldest's; None before anybody asked for anything."""
    connection = db.connection()
    found = connection.execute(_OLDEST) if team_id is None else connection.execute(_BY_TEAM, {"team": team_id})
    return found.scalar()


def team_of(db: Session, workspace_id: int) -> str | None:
    """Return the id that Slack has for a workspace; None for one that Slack was not connected to."""
    return db.exec(select(Workspace.slack_team_id).where(Workspace.id == workspace_id)).first()


def connected_workspaces(db: Session) -> list[int]:
    """Return the ids of the workspaces that Slack was connected to."""
    return list(db.scalars(select(col(Workspace.id)).where(col(Workspace.slack_team_id).is_not(None))))


def set_url(db: Session, workspace_id: int, url: str) -> None:
    """Remember where a workspace is read in a browser."""
    db.connection().execute(update(Workspace).where(col(Workspace.id) == workspace_id).values(slack_url=url))


def url_of(db: Session, workspace_id: int) -> str | None:
    """Return where a workspace is read in a browser, such as https://acme.slack.com/, or None when nobody asked yet."""
    return db.exec(select(Workspace.slack_url).where(Workspace.id == workspace_id)).first()


_TAKE_NUMBER = (
    update(Workspace)
    .where(col(Workspace.id) == bindparam("workspace"))
    .values(last_number=Workspace.last_number + 1)
    .returning(col(Workspace.last_number))
)


def next_number(db: Session, workspace_id: int) -> int:
    """Take the next incident number. The row stays locked until the transaction ends, so a rollback leaves no gap."""
    return int(db.connection().execute(_TAKE_NUMBER, {"workspace": workspace_id}).scalar_one())


_SHARES = select(Workspace.id, Workspace.weight, Workspace.isolated).where(
    or_(col(Workspace.weight) != 1, col(Workspace.isolated))
)


def shares(db: Session) -> dict[int, Share]:
    """Return the share of each workspace that has one of its own."""
    return {id_: Share(weight, isolated) for id_, weight, isolated in db.connection().execute(_SHARES)}


def set_share(db: Session, workspace_id: int, share: Share) -> None:
    """Give a workspace a share of its own."""
    values = {"weight": share.weight, "isolated": share.isolated}
    db.connection().execute(update(Workspace).where(col(Workspace.id) == workspace_id).values(values))
