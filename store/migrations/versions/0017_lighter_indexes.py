"""Leave out of two indexes of effects what is in no line and merges with nothing: each claim wrote them anew

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

IN_LINE = sa.text("state IN ('due', 'unknown', 'claimed') AND order_key IS NOT NULL")
UNTRIED = sa.text("state = 'due' AND attempts = 0 AND merge_key IS NOT NULL")


def upgrade() -> None:
    op.drop_index("effect_order", "effect")
    op.create_index("effect_order", "effect", ["order_key", "id"], postgresql_where=IN_LINE, sqlite_where=IN_LINE)
    op.drop_index("effect_merge", "effect")
    op.create_index(
        "effect_merge", "effect", ["merge_key"], unique=True, postgresql_where=UNTRIED, sqlite_where=UNTRIED
    )
