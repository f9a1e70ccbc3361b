"""A deploy: this version and the next run side by side over one schema, and nobody notices.

The next version is this one with a migration more, which adds what a next version may add. Its processes are real, and
its migration runs under the feet of those of this version.
"""

import asyncio
import secrets
import shutil
from pathlib import Path
from time import monotonic

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect, text
from sqlmodel import Session

from store.db import _alembic, newest_revision
from store.ground import SERVES_FROM
from tests.kill.lane import Lane, a_workspace
from tests.kill.test_kill import (
    ACCEPTED,
    all_incidents,
    asked,
    assert_complete,
    assert_nothing_double,
    assert_verified,
    every_promise_kept,
)
from tests.world import ANA

HERE = Path(__file__).parents[2]
VERSIONS = HERE / "store" / "migrations" / "versions"
OLDEST_THAT_ROLLS = "0009"  # the revision that says for itself whom it serves

NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{newest}"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table("novelty", sa.Column("id", sa.Integer(), sa.ForeignKey("incident.id"), primary_key=True))
    for table in ("incident", "effect", "entry", "person", "workspace", "request"):
        op.add_column(table, sa.Column("novelty", sa.String(), nullable=True))
    op.add_column("effect", sa.Column("weight", sa.Integer(), nullable=False, server_default="1"))
    op.create_index("effect_novelty", "effect", ["novelty"])
"""


@pytest.fixture
def next_version(tmp_path: Path) -> Path:
    """A folder with the code of the next version."""
    folder = tmp_path / "next"
    for part in ("bot", "store", "templates", "checklists"):
        shutil.copytree(HERE / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    migration = folder / "store" / "migrations" / "versions" / "9999_next.py"
    migration.write_text(NEXT.format(newest=newest_revision()))
    return folder


async def test_a_deploy_under_load_is_complete_and_this_version_starts_again_on_the_next_schema(
    postgres_url: str, tmp_path: Path, next_version: Path
) -> None:
    async with a_workspace(tmp_path) as slack:
        this, also_this = Lane(tmp_path, postgres_url, slack), Lane(tmp_path, postgres_url, slack)
        after = Lane(tmp_path, postgres_url, slack, code=next_version)
        try:
            await this.start()
            load = asyncio.create_task(opening(this, seconds=3))
            await after.start()
            accepted = await load
            assert asked(postgres_url, revision) == "9999"
            assert await this.missing() == []
            await also_this.start()  # as after a crash in the middle of a deploy
            accepted |= await opening(also_this) | await opening(after)
            assert await this.stop() == 0
            accepted |= await opening(after)
            await every_promise_kept(after, 60)
            incidents = asked(postgres_url, all_incidents)
            assert {incident.key: incident.title for incident in incidents} == accepted
            for incident in incidents:
                assert_complete(slack, incident, ANA)
            assert_nothing_double(slack, len(incidents))
            await assert_verified(also_this, list(accepted))
        finally:
            for lane in (this, also_this, after):
                await lane.kill()


def revision(db: Session) -> str:
    return str(db.connection().execute(text("SELECT version_num FROM alembic_version")).scalar_one())


async def opening(lane: Lane, seconds: float = 0) -> dict[str, str]:
    """Open incidents for some seconds, at least two; every one is accepted. Return their titles by key."""
    accepted: dict[str, str] = {}
    until = monotonic() + seconds
    while len(accepted) < 2 or monotonic() < until:
        title = f"wave {secrets.token_hex(4)}"
        told = ACCEPTED.match((await lane.slash(ANA, f"open sev1 {title}")).text)
        assert told
        accepted[told[1]] = title
        await asyncio.sleep(0.5)
    return accepted


def test_no_migration_takes_away_what_older_code_needs_unless_it_says_so(sqlite_url: str, tmp_path: Path) -> None:
    """Expand, then contract: what goes, goes a version later, and ``serves_from`` says from which one on."""
    url = f"sqlite:///{tmp_path}/steps.db"
    revisions = [script.revision for script in ScriptDirectory(str(VERSIONS.parent)).walk_revisions()][::-1]
    before: Tables = {}
    for number in revisions[revisions.index(OLDEST_THAT_ROLLS) :]:
        command.upgrade(_alembic(url), number)
        engine = create_engine(url)
        with engine.connect() as connection:
            after = tables(connection)
            serves_from = connection.execute(text(SERVES_FROM)).scalar_one()
        engine.dispose()
        assert serves_from == number or not (lost := taken_away(before, after)), (number, lost)
        before = after


def test_what_a_migration_takes_away_is_seen() -> None:
    here: Tables = {"effect": ({"id": True, "kind": True}, {("kind",)})}
    assert (
        taken_away(here, {"effect": ({"id": True, "kind": True, "more": True}, {("kind",)}), "new": ({}, set())}) == []
    )
    assert taken_away(here, {}) == ["effect"]
    assert taken_away(here, {"effect": ({"id": True}, {("kind",)})}) == ["effect.kind"]
    assert taken_away(here, {"effect": ({"id": True, "kind": False}, {("kind",)})}) == ["effect.kind must be given"]
    needs_more: Tables = {"effect": ({"id": True, "kind": True, "more": False}, {("kind",)})}
    assert taken_away(here, needs_more) == ["effect.more must be given"]
    stricter: Tables = {"effect": ({"id": True, "kind": True}, {("kind",), ("id", "kind")})}
    assert taken_away(here, stricter) == ["effect is unique by id, kind"]


# By the name of a table: whether each column may be left out, and what is unique.
Tables = dict[str, tuple[dict[str, bool], set[tuple[str, ...]]]]


def tables(connection: Connection) -> Tables:
    """Return what code of any version finds in a database."""
    looking = inspect(connection)
    return {
        table: (
            {
                column["name"]: bool(column["nullable"] or column["default"] is not None or column["name"] == "id")
                for column in looking.get_columns(table)
            },
            {tuple(map(str, index["column_names"])) for index in looking.get_indexes(table) if index["unique"]}
            | {tuple(unique["column_names"]) for unique in looking.get_unique_constraints(table)},
        )
        for table in looking.get_table_names()
    }


def taken_away(before: Tables, after: Tables) -> list[str]:
    """Return what code that knew *before* misses, or must give, *after*."""
    lost = [table for table in before if table not in after]
    for table, (columns, unique) in before.items():
        if table in after:
            columns_now, unique_now = after[table]
            lost += [f"{table}.{column}" for column in columns if column not in columns_now]
            needed = (column for column, may in columns_now.items() if not may and columns.get(column, True))
            lost += [f"{table}.{column} must be given" for column in needed]
            lost += [f"{table} is unique by {', '.join(by)}" for by in sorted(unique_now - unique)]
    return lost
