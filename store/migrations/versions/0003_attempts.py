"""Attempts

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

UTC = sa.String(32).with_variant(sa.DateTime(timezone=True), "postgresql")

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("effect", sa.Column("attempts_before", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("effect", sa.Column("give_up_at", UTC, nullable=True))
    op.add_column("effect", sa.Column("cause", sa.String(32), nullable=True))
    # What died before causes were told apart had been refused, or was tried every minute for a day.
    op.execute("UPDATE effect SET cause = 'refused' WHERE state = 'dead' AND attempts <= 1000")
    op.execute("UPDATE effect SET cause = 'gave_up' WHERE state = 'dead' AND attempts > 1000")
    is_dead = sa.text("state = 'dead'")
    op.create_index("effect_dead", "effect", ["id"], postgresql_where=is_dead, sqlite_where=is_dead)
    op.create_table(
        "attempt",
        sa.Column("effect_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(32), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["effect_id"], ["effect.id"]),
        sa.PrimaryKeyConstraint("effect_id", "number"),
    )
    op.create_index("ix_attempt_at", "attempt", ["at"])
