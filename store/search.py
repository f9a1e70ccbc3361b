"""The index of words: what incidents are called, whom they hurt, and what was published of them.

Triggers of the database keep it (migration 0020), whichever version of the code writes. On SQLite it is FTS5, on
PostgreSQL a table of tsvectors under GIN indexes. What stands in timelines is sealed and in no index.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Index, TextClause, and_, column, delete, or_, table, text
from sqlalchemy import select as select_columns
from sqlmodel import Session, SQLModel, col, select

from store.columns import fact, personal
from store.incidents import Incident, Participant, visible_to
from store.keys import DataKey
from store.listing import Filter, conditions
from store.postmortems import Postmortem, PostmortemVersion, unpublished


class PublishedText(SQLModel, table=True):
    """What a published postmortem says, in plain text. It goes with the key of its author, and when it is withdrawn.

    Private incidents and tests have none. ``rest`` is without the timeline.
    """

    __tablename__ = "published_text"
    __table_args__ = (Index("published_text_key", "key_id"),)

    incident_id: int = fact(primary_key=True, foreign_key="incident.id", ondelete="CASCADE")
    version: int = fact()
    key_id: int = fact(foreign_key="data_key.id", ondelete="CASCADE")
    summary: str = personal()
    factors: str = personal()
    rest: str = personal()


_SQLITE = table("search_words", column("rowid"))
_POSTGRESQL = table("search_words", column("incident_id"), column("words"))
_QUERY = "to_tsquery('simple', :beginnings)"
_SQLITE_RANK = text("bm25(search_words, 8.0, 4.0, 4.0, 2.0, 1.0)")
_POSTGRESQL_RANK = text(f"ts_rank(search_words.words, {_QUERY}) DESC")


def findable_by(viewer: str | None) -> ColumnElement[bool]:
    """Return the condition under which *viewer* finds an incident: they may see it, and a test only who takes part."""
    if viewer is None:
        return and_(visible_to(None), col(Incident.test).is_(False))
    mine = select(Participant.incident_id).where(Participant.person_ref == viewer)
    return and_(visible_to(viewer), or_(col(Incident.test).is_(False), col(Incident.id).in_(mine)))


def having_words(db: Session, viewer: str | None, beginnings: Sequence[str]) -> dict[str, Any]:
    """Return the condition that *viewer* finds an incident by words that begin so, and its values, for a list."""
    on_sqlite = _on_sqlite(db)
    ids = select_columns(_SQLITE.c.rowid if on_sqlite else _POSTGRESQL.c.incident_id).where(_matches(on_sqlite))
    where = and_(findable_by(viewer), col(Incident.id).in_(ids))
    return {"where": where, "values": {"beginnings": _asked(beginnings, on_sqlite)}}


def numbered(db: Session, workspace_id: int, viewer: str | None, number: int) -> list[Incident]:
    """Return the incident of a number if *viewer* finds it."""
    this = (Incident.workspace_id == workspace_id, Incident.number == number)
    return list(db.exec(select(Incident).where(*this, findable_by(viewer))))


def best_matches(
    db: Session, workspace_id: int, viewer: str | None, asked: Filter, beginnings: Sequence[str], limit: int = 50
) -> list[Incident]:
    """Return the incidents that *viewer* finds by words that begin so, the best match first.

    What is in a title counts most, then impact and summary, then factors, then the rest of a published postmortem.
    """
    on_sqlite = _on_sqlite(db)
    index, key = (_SQLITE, _SQLITE.c.rowid) if on_sqlite else (_POSTGRESQL, _POSTGRESQL.c.incident_id)
    statement = (
        select(Incident)
        .join(index, key == col(Incident.id))
        .where(_matches(on_sqlite), findable_by(viewer), *conditions(workspace_id, viewer, asked))
        .order_by(_SQLITE_RANK if on_sqlite else _POSTGRESQL_RANK, col(Incident.number).desc())
        .limit(limit)
    )
    return list(db.scalars(statement, {"beginnings": _asked(beginnings, on_sqlite)}))


def published_texts(db: Session, ids: Collection[int]) -> dict[int, PublishedText]:
    """Map row ids of incidents to what was published of them."""
    found = db.exec(select(PublishedText).where(col(PublishedText.incident_id).in_(ids)))
    return {said.incident_id: said for said in found}


def publish_text(db: Session, said: PublishedText) -> None:
    """Let it be found what a postmortem says, in place of what it said before."""
    db.merge(said)
    db.flush()


def withdraw_text(db: Session, incident_id: int) -> None:
    """Let nothing be found any more of what was published of an incident."""
    db.connection().execute(delete(PublishedText).where(col(PublishedText.incident_id) == incident_id))


def withdraw_stray_texts(db: Session) -> int:
    """Withdraw what is of an incident that is private by now, a test, or not published, and return how many."""
    stays = (
        select(Postmortem.incident_id)
        .join(Incident, col(Incident.id) == col(Postmortem.incident_id))
        .where(~unpublished(), visible_to(None), col(Incident.test).is_(False))
    )
    gone = delete(PublishedText).where(col(PublishedText.incident_id).not_in(stays))
    return db.connection().execute(gone).rowcount


def unindexed(db: Session, limit: int) -> list[Incident]:
    """Return incidents whose published postmortem is in no index, the newest first; those of a gone key are none."""
    statement = (
        select(Incident)
        .join(Postmortem, col(Postmortem.incident_id) == col(Incident.id))
        .where(~unpublished(), visible_to(None), col(Incident.test).is_(False))
        .where(~select(PublishedText.incident_id).where(PublishedText.incident_id == Incident.id).exists())
        .where(select(DataKey.id).where(DataKey.id == _LATEST_KEY).exists())
        .order_by(col(Incident.id).desc())
        .limit(limit)
    )
    return list(db.exec(statement))


def tidy_index(db: Session) -> None:
    """Let go of the words that were taken out of the index. PostgreSQL does so by itself when it vacuums."""
    if _on_sqlite(db):
        db.connection().exec_driver_sql("INSERT INTO search_words (search_words) VALUES ('optimize')")


_LATEST_KEY = (
    select(PostmortemVersion.key_id)
    .where(PostmortemVersion.incident_id == Incident.id)
    .order_by(col(PostmortemVersion.number).desc())
    .limit(1)
    .correlate(Incident)
    .scalar_subquery()
)


def _matches(on_sqlite: bool) -> TextClause:
    return text("search_words MATCH :beginnings" if on_sqlite else f"search_words.words @@ {_QUERY}")


def _asked(beginnings: Sequence[str], on_sqlite: bool) -> str:
    """Return beginnings of words, which are letters and digits, as the database is asked for them."""
    if on_sqlite:
        return " ".join(f'"{word}"{"*" if len(word) > 1 else ""}' for word in beginnings)
    return " & ".join(f"{word}{':*' if len(word) > 1 else ''}" for word in beginnings)


def _on_sqlite(db: Session) -> bool:
    return bool(db.connection().dialect.name == "sqlite")
