"""Reminders, and when an action item was settled

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

UTC = sa.String(32).with_variant(sa.DateTime(timezone=True), "postgresql")

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reminder",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("stage", sa.String(32), nullable=True),
        sa.Column("snoozed_until", UTC, nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"]),
        sa.PrimaryKeyConstraint("incident_id", "number"),
    )
    op.add_column("action_item", sa.Column("settled_at", UTC, nullable=True))
