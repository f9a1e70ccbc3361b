"""Alerts, in groups

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

UTC = sa.String(32).with_variant(sa.DateTime(timezone=True), "postgresql")

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alert_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=True),
        sa.Column("opened_at", UTC, nullable=False),
        sa.Column("last_at", UTC, nullable=False),
        sa.Column("closed_at", UTC, nullable=True),
        sa.Column("alerts", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("summed", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=True),
        sa.Column("ts", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"]),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("alert_group_open", "alert_group", ["workspace_id", "closed_at"])
    op.create_index("ix_alert_group_incident_id", "alert_group", ["incident_id"])
    op.create_index("ix_alert_group_last_at", "alert_group", ["last_at"])
    op.create_table(
        "alert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("firing", sa.Boolean(), nullable=False),
        sa.Column("started_at", UTC, nullable=False),
        sa.Column("changed_at", UTC, nullable=True),
        sa.Column("entry", sa.Integer(), nullable=True),
        sa.Column("key_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["alert_group.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("alert_known", "alert", ["key", "group_id"], unique=True)
    op.create_index("alert_in_group", "alert", ["group_id"])
