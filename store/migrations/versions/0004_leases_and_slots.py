"""Leases and slots

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

UTC = sa.String(32).with_variant(sa.DateTime(timezone=True), "postgresql")

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lease",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("until", UTC, nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "job_slot",
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("due_at", UTC, nullable=False),
        sa.Column("run_at", UTC, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("job", "day"),
    )
    op.create_index(op.f("ix_job_slot_due_at"), "job_slot", ["due_at"], unique=False)
