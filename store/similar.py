"""Past incidents by their words, ranked by the database: FTS5 on SQLite, text search on PostgreSQL.

What is searched stands readable in the incident's row: its title and its impact. Private incidents are never found.
"""

from collections.abc import Sequence

from sqlalchemy import bindparam, text
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


def past_incidents(db: Session, incident: Incident, words: Sequence[str], limit: int = 10) -> list[Incident]:
    """Return incidents that were over when another opened and name any of some words, the best match first.

    A word is letters and digits.
    """
    if not words:
        return []
    on_sqlite = db.connection().dialect.name == "sqlite"
    wanted = " OR ".join(f'"{word}"' for word in words) if on_sqlite else " | ".join(words)
    values = {
        "workspace": incident.workspace_id,
        "incident": incident.id,
        "before": incident.opened_at,
        "words": wanted,
        "limit": limit,
    }
    ids = list(db.connection().execute(_SQLITE if on_sqlite else _POSTGRESQL, values).scalars())
    found = {past.id: past for past in db.exec(select(Incident).where(col(Incident.id).in_(ids)))}
    return [found[id_] for id_ in ids]
