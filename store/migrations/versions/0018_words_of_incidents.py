"""The words of incidents, to be searched; PostgreSQL reads them from the rows

Revision ID: 0018
Revises: 0017
"""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

ADD = "INSERT INTO incident_words (rowid, title, impact) VALUES (new.id, new.title, new.impact);"
REMOVE = (
    "INSERT INTO incident_words (incident_words, rowid, title, impact) "
    "VALUES ('delete', old.id, old.title, old.impact);"
)
STATEMENTS = (
    "CREATE VIRTUAL TABLE incident_words USING fts5"
    "(title, impact, content='incident', content_rowid='id', tokenize='porter unicode61')",
    "INSERT INTO incident_words (incident_words) VALUES ('rebuild')",
    f"CREATE TRIGGER incident_words_added AFTER INSERT ON incident BEGIN {ADD} END",
    f"CREATE TRIGGER incident_words_changed AFTER UPDATE OF title, impact ON incident BEGIN {REMOVE} {ADD} END",
    f"CREATE TRIGGER incident_words_removed AFTER DELETE ON incident BEGIN {REMOVE} END",
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for statement in STATEMENTS:
            op.execute(statement)
