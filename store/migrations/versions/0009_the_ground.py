"""The ground

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    ground = op.create_table(
        "ground",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("serves_from", sa.String(), nullable=False),
        sa.Column("kek_id", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.bulk_insert(ground, [{"id": 1, "serves_from": "0009"}])
