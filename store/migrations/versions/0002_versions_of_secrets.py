"""Versions of secrets

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

UTC = sa.String(32).with_variant(sa.DateTime(timezone=True), "postgresql")

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "secret_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("kek_id", sa.String(), nullable=False),
        sa.Column("made_at", UTC, nullable=False),
        sa.Column("ends_at", UTC, nullable=True),
        sa.Column("has_ended", sa.Boolean(), nullable=False),
        sa.Column("used_at", UTC, nullable=True),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("secret_version_name", "secret_version", ["name", "number"], unique=True)
    op.create_index("secret_version_kek", "secret_version", ["kek_id"])
    op.create_index(op.f("ix_secret_version_ends_at"), "secret_version", ["ends_at"])
    op.create_index("data_key_kek", "data_key", ["kek_id"])
