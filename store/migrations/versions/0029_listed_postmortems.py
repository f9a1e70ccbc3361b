"""Postmortems in the order of their list

Revision ID: 0029
Revises: 0028
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, column, condition in (
        ("postmortem_due", "due_at", sa.text("published_at IS NULL")),
        ("postmortem_published", "published_at", sa.text("published_at IS NOT NULL")),
    ):
        columns = [column, "incident_id"]
        op.create_index(name, "postmortem", columns, postgresql_where=condition, sqlite_where=condition)
