"""Tickets

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

UTC = sa.String(32).with_variant(sa.DateTime(timezone=True), "postgresql")

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ticket",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("sent_at", UTC, nullable=True),
        sa.Column("filed_at", UTC, nullable=True),
        sa.Column("issue_id", sa.String(), nullable=True),
        sa.Column("key", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("label"),
        sa.UniqueConstraint("issue_id"),
    )
    op.create_index("ticket_subject", "ticket", ["incident_id", "number"], unique=True)
    op.add_column("action_item", sa.Column("done_when", sa.String(), nullable=True))
