"""What tickets agreed on with Jira, and how far Jira was read

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

UTC = sa.String(32).with_variant(sa.DateTime(timezone=True), "postgresql")

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ticket", sa.Column("agreed", sa.JSON(), nullable=True))
    op.add_column("ticket", sa.Column("seen_at", UTC, nullable=True))
    op.add_column("ticket", sa.Column("gone_at", UTC, nullable=True))
    op.create_table(
        "watermark",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("mark", sa.BigInteger(), nullable=True),
        sa.Column("asked_at", UTC, nullable=True),
        sa.Column("read_at", UTC, nullable=True),
        sa.PrimaryKeyConstraint("name"),
    )
