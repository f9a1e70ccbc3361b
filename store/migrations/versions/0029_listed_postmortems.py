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
    to_write = sa.text("published_at IS NULL")
    columns = ["due_at", "incident_id"]
    op.create_index("postmortem_due", "postmortem", columns, postgresql_where=to_write, sqlite_where=to_write)
    op.create_index("postmortem_published", "postmortem", ["published_at", "incident_id"])
