"""Measures

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

MARKS = ("impact", "detected", "paged", "declared", "acknowledged", "updated", "mitigated", "resolved")


def upgrade() -> None:
    op.create_table(
        "measure",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("rules", sa.Integer(), nullable=False),
        *(sa.Column(f"{mark}_s", sa.Integer(), nullable=True) for mark in MARKS),
        sa.Column("loose", sa.String(), nullable=False),
        sa.Column("themes", sa.String(), nullable=False),
        sa.Column("acts", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"]),
        sa.PrimaryKeyConstraint("incident_id"),
    )
