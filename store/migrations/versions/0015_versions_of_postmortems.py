"""Versions of postmortems, where each stands, and who read it

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

UTC = sa.String(32).with_variant(sa.DateTime(timezone=True), "postgresql")

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("postmortem", sa.Column("state", sa.String(32), nullable=False, server_default="draft"))
    op.add_column("postmortem", sa.Column("published_at", UTC, nullable=True))
    op.create_table(
        "postmortem_version",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("key_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"]),
        sa.PrimaryKeyConstraint("incident_id", "number"),
    )
    op.create_table(
        "postmortem_reader",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("person_ref", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"]),
        sa.PrimaryKeyConstraint("incident_id", "person_ref"),
    )
