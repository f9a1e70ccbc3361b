"""Past incidents by their words, ranked by the database: FTS5 on SQLite, text search on PostgreSQL.

What is searched stands readable: title and impact in the incident, and the contributing factors that were published.
Private incidents are never found.
"""

from collections.abc import Sequence

from sqlalchemy import TextClause, bindparam, text
from sqlmodel import Session, col, select

from store.columns import Utc
from store.incidents import Incident

_PAST = (
    "incident.workspace_id = :workspace AND incident.id <> :incident AND incident.resolved_at <= :before "
    "AND incident.joined_to_id IS NULL AND NOT incident.private AND NOT incident.test"
)
_SQLITE = text(
    "SELECT incident.id FROM incident_words JOIN incident ON incident.id = incident_words.rowid "  # noqa: S608 - ours
    f"WHERE incident_words MATCH :words AND {_PAST} "
    "ORDER BY bm25(incident_words, 2.0, 1.0), incident.id DESC LIMIT :limit"
).bindparams(bindparam("before", type_=Utc()))
_POSTGRESQL = text(
    "SELECT incident.id FROM to_tsquery('english', :words) AS wanted "  # noqa: S608 - ours
    "JOIN search_words ON search_words.stems @@ wanted JOIN incident ON incident.id = search_words.incident_id "
    f"WHERE {_PAST} ORDER BY ts_rank(search_words.stems, wanted) DESC, incident.id DESC LIMIT :limit"
).bindparams(bindparam("before", type_=Utc()))

_SQLITE_FACTORS = text(
    "SELECT incident.id FROM search_words JOIN incident ON incident.id = search_words.rowid "  # noqa: S608 - ours
    f"WHERE search_words MATCH :words AND {_PAST} ORDER BY bm25(search_words), incident.id DESC LIMIT :limit"
).bindparams(bindparam("before", type_=Utc()))
_POSTGRESQL_FACTORS = text(
    "SELECT incident.id FROM to_tsquery('simple', :words) AS wanted "  # noqa: S608 - ours
    "JOIN search_words ON search_words.words @@ wanted JOIN incident ON incident.id = search_words.incident_id "
    f"WHERE {_PAST} ORDER BY ts_rank(search_words.words, wanted) DESC, incident.id DESC LIMIT :limit"
).bindparams(bindparam("before", type_=Utc()))


def past_incidents(db: Session, incident: Incident, words: Sequence[str], limit: int = 10) -> list[Incident]:
    """Return incidents that were over when another opened and name any of some words, the best match first.

    A word is letters and digits.
    """
    if _on_sqlite(db):
        return _found(db, _SQLITE, incident, " OR ".join(f'"{word}"' for word in words), limit)
    return _found(db, _POSTGRESQL, incident, " | ".join(words), limit)


def past_factors(db: Session, incident: Incident, beginnings: Sequence[str], limit: int = 10) -> list[Incident]:
    """Return incidents among whose published factors is any word that begins so, the best match first."""
    if _on_sqlite(db):
        wanted = " OR ".join(f'"{word}"*' for word in beginnings)
        return _found(db, _SQLITE_FACTORS, incident, f"{{factors}}: ({wanted})" if wanted else "", limit)
    return _found(db, _POSTGRESQL_FACTORS, incident, " | ".join(f"{word}:*C" for word in beginnings), limit)


def _on_sqlite(db: Session) -> bool:
    return db.connection().dialect.name == "sqlite"


def _found(db: Session, query: TextClause, incident: Incident, wanted: str, limit: int) -> list[Incident]:
    if not wanted:
        return []
    values = {
        "workspace": incident.workspace_id,
        "incident": incident.id,
        "before": incident.opened_at,
        "words": wanted,
        "limit": limit,
    }
    ids = list(db.connection().execute(query, values).scalars())
    found = {past.id: past for past in db.exec(select(Incident).where(col(Incident.id).in_(ids)))}
    return [found[id_] for id_ in ids]
