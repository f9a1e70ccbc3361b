"""What published postmortems say, readable, and the words of incidents and of these in an index of both databases

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

COLUMNS = "title, impact, summary, factors, rest"
PUBLISHED = "FROM (SELECT 1) LEFT JOIN published_text AS said ON said.incident_id = {row}.id"
OF_INCIDENT = "{row}.id, {row}.title, {row}.impact, said.summary, said.factors, said.rest"
INCIDENT = "FROM incident WHERE incident.id = {row}.incident_id"
WITH = "incident.id, incident.title, incident.impact, {row}.summary, {row}.factors, {row}.rest"
WITHDRAW = "DELETE FROM published_text WHERE incident_id = old.id;"
WITHOUT = "incident.id, incident.title, incident.impact, NULL, NULL, NULL"


def _add(what: str, where: str, row: str = "new") -> str:
    return f"INSERT INTO search_words (rowid, {COLUMNS}) SELECT {what} {where};".format(row=row)


def _remove(what: str, where: str, row: str = "old") -> str:
    return f"INSERT INTO search_words (search_words, rowid, {COLUMNS}) SELECT 'delete', {what} {where};".format(row=row)


# The index keeps no text of its own: what is taken out of it has to be said as it was put in.
SQLITE = (
    f"CREATE VIRTUAL TABLE search_words USING fts5({COLUMNS}, content='', prefix='2 3', "
    "tokenize='unicode61 remove_diacritics 0')",
    f"INSERT INTO search_words (rowid, {COLUMNS}) SELECT id, title, impact, NULL, NULL, NULL FROM incident",  # noqa: S608 - ours
    f"CREATE TRIGGER search_words_opened AFTER INSERT ON incident BEGIN {_add(OF_INCIDENT, PUBLISHED)} END",
    "CREATE TRIGGER search_words_changed AFTER UPDATE OF title, impact ON incident BEGIN "
    f"{_remove(OF_INCIDENT, PUBLISHED)} {_add(OF_INCIDENT, PUBLISHED)} END",
    "CREATE TRIGGER search_words_removed BEFORE DELETE ON incident BEGIN "
    f"{WITHDRAW} {_remove(OF_INCIDENT, PUBLISHED)} END",
    "CREATE TRIGGER search_words_published AFTER INSERT ON published_text BEGIN "
    f"{_remove(WITHOUT, INCIDENT, 'new')} {_add(WITH, INCIDENT)} END",
    "CREATE TRIGGER search_words_republished AFTER UPDATE ON published_text BEGIN "
    f"{_remove(WITH, INCIDENT)} {_add(WITH, INCIDENT)} END",
    "CREATE TRIGGER search_words_withdrawn AFTER DELETE ON published_text BEGIN "
    f"{_remove(WITH, INCIDENT)} {_add(WITHOUT, INCIDENT, 'old')} END",
)

# Signs are blanked out, or PostgreSQL would take "db-1.eu/orders" for one word.
SPACED = r"regexp_replace(coalesce({text}, ''), '[!-/:-@\[-`{{-~]+', ' ', 'g')"
WORDS = " || ".join(
    f"setweight(to_tsvector('simple', {SPACED.format(text=text)}), '{weight}')"
    for text, weight in (("title", "A"), ("impact", "B"), ("summary", "B"), ("factors", "C"), ("rest", "D"))
)
STEMS = "setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', coalesce(impact, '')), 'B')"
WRITE = (
    f"INSERT INTO search_words (incident_id, words, stems) SELECT incident.id, {WORDS}, {STEMS} "  # noqa: S608 - ours
    "FROM incident LEFT JOIN published_text ON published_text.incident_id = incident.id"
)
RENEW = " ON CONFLICT (incident_id) DO UPDATE SET words = excluded.words, stems = excluded.stems"
POSTGRESQL = (
    "CREATE TABLE search_words (incident_id integer PRIMARY KEY REFERENCES incident (id) ON DELETE CASCADE, "
    "words tsvector NOT NULL, stems tsvector NOT NULL)",
    WRITE,
    "CREATE INDEX search_words_words ON search_words USING gin (words)",
    "CREATE INDEX search_words_stems ON search_words USING gin (stems)",
    "CREATE FUNCTION search_words_of_incident() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"{WRITE} WHERE incident.id = NEW.id{RENEW}; RETURN NULL; END $$",
    "CREATE FUNCTION search_words_of_text() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"{WRITE} WHERE incident.id = coalesce(NEW.incident_id, OLD.incident_id){RENEW}; RETURN NULL; END $$",
    "CREATE TRIGGER search_words_incident AFTER INSERT OR UPDATE OF title, impact ON incident "
    "FOR EACH ROW EXECUTE FUNCTION search_words_of_incident()",
    "CREATE TRIGGER search_words_text AFTER INSERT OR UPDATE OR DELETE ON published_text "
    "FOR EACH ROW EXECUTE FUNCTION search_words_of_text()",
)


def upgrade() -> None:
    op.create_table(
        "published_text",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.Integer(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("factors", sa.String(), nullable=False),
        sa.Column("rest", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["key_id"], ["data_key.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("incident_id"),
    )
    op.create_index("published_text_key", "published_text", ["key_id"])
    op.create_index(
        "incident_listed",
        "incident",
        ["workspace_id", "opened_at", "number", "status", "severity", "private", "test"],
    )
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(sa.text(statement.replace(":-", r"\:-")))
