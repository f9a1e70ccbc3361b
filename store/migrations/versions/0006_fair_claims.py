"""Fair claims: lanes, budgets, turns in a line, and the indexes that let a claim leap from queue to queue

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

READY = "state IN ('due', 'unknown') AND turn"
PASSING = "state IN ('done', 'dead') AND turn AND order_key IS NOT NULL"
CLAIMED = "state = 'claimed'"


def upgrade() -> None:
    op.add_column("workspace", sa.Column("weight", sa.Float(), nullable=False, server_default="1"))
    op.add_column("workspace", sa.Column("isolated", sa.Boolean(), nullable=False, server_default=sa.false()))
    # The defaults are for a version that does not know these columns and runs beside this one for a while.
    op.add_column("effect", sa.Column("lane", sa.String(32), nullable=False, server_default="interactive"))
    op.add_column("effect", sa.Column("budget_key", sa.String(), nullable=False, server_default=""))
    op.add_column("effect", sa.Column("turn", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.execute("UPDATE effect SET turn = false WHERE state IN ('done', 'dead')")
    _index("effect_ready", ["lane", "workspace_id", "kind", "budget_key", "due_at", "id"], READY)
    _index("effect_passing", ["order_key"], PASSING)
    _index("effect_claimed", ["claimed_until"], CLAIMED)
    op.drop_index("effect_due", "effect")


def _index(name: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, "effect", columns, postgresql_where=where, sqlite_where=where)
