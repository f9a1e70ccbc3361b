"""Columns: each says whether it is personal, times have zones, and words are known words."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import MetaData, text
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel, col, select

from bot.flows.tx import Tx
from store.columns import fact, personal
from store.incidents import Incident
from store.requests import Request
from store.tables import ROWS
from store.types import EffectState, EntryKind, Severity, Status
from tests.home import Home

DECLARATIONS = {"no", "reference", "yes", "sealed"}

# What stands readable in the database, by design.
READABLE = {
    "action_item.done_when",
    "action_item.title",
    "api_token.name",
    "attempt.answer",
    "incident.channel_name",
    "incident.impact",
    "incident.title",
    "person.account",
    "person.zone",
    "published_text.factors",
    "published_text.rest",
    "published_text.summary",
    "ticket.agreed",
}


# What is encrypted under a key that can be destroyed.
SEALED = {
    "alert.title",
    "answer.body",
    "arrival.body",
    "change.body",
    "conflict.body",
    "conflict.edited",
    "data_key.wrapped",
    "entry.body",
    "person.name",
    "postmortem_comment.body",
    "postmortem_edit.body",
    "postmortem_version.body",
    "proposal.body",
    "publication.theirs",
    "working_copy.base",
    "working_copy.body",
}


def undeclared(metadata: MetaData) -> list[str]:
    """Return the columns that do not say whether they are personal."""
    columns = (column for table in metadata.sorted_tables for column in table.columns)
    return [str(column) for column in columns if column.info.get("personal") not in DECLARATIONS]


def declared(declaration: str) -> set[str]:
    columns = (column for table in SQLModel.metadata.sorted_tables for column in table.columns)
    return {str(column) for column in columns if column.info["personal"] == declaration}


def test_every_column_of_every_row_says_whether_it_is_personal() -> None:
    assert undeclared(SQLModel.metadata) == []
    assert {row.__tablename__ for row in ROWS} == set(SQLModel.metadata.tables)


def test_a_row_that_does_not_say_is_found() -> None:
    class Apart(SQLModel, registry=registry()):
        """Rows that the product does not know."""

    class Carelessly(Apart, table=True):
        id: int | None = fact(None, primary_key=True)
        name: str = personal()
        nickname: str = Field(default="")

    assert undeclared(Apart.metadata) == ["carelessly.nickname"]
    assert "carelessly" not in SQLModel.metadata.tables


def test_what_is_personal_and_readable_is_a_short_list_that_was_thought_about() -> None:
    assert declared("yes") == READABLE
    assert declared("sealed") == SEALED


async def test_a_time_without_a_zone_is_refused(home: Home) -> None:
    naive = datetime(2026, 3, 10, 3, 0)  # noqa: DTZ001 - the point
    with pytest.raises(StatementError, match="has no time zone"):
        await home.do(lambda tx: tx.db.add(Request(id="x", seen_at=naive)))


@pytest.mark.parametrize("hours", [-11, 0, 5.5, 14])
async def test_a_time_comes_back_as_the_same_moment_in_utc_to_the_microsecond(home: Home, hours: float) -> None:
    there = datetime(2026, 3, 29, 2, 30, 0, 123456, tzinfo=timezone(timedelta(hours=hours)))
    await home.do(lambda tx: tx.db.add(Request(id="x", seen_at=there)))
    back = await home.read(lambda tx: tx.db.exec(select(Request.seen_at)).one())
    assert back == there
    assert back.tzinfo is UTC


async def test_times_sort_as_they_happened_whatever_their_zone_and_fraction(home: Home) -> None:
    start = datetime(2026, 3, 10, 3, 0, tzinfo=UTC)
    moments = [start + timedelta(microseconds=n * 333_333) for n in range(7)]

    def write(tx: Tx) -> None:
        for number, moment in enumerate(moments):
            zone = timezone(timedelta(hours=number - 3))
            tx.db.add(Request(id=str(number), seen_at=moment.astimezone(zone)))

    await home.do(write)
    found = await home.read(lambda tx: tx.db.exec(select(Request.id).order_by(col(Request.seen_at))).all())
    assert found == [str(number) for number in range(7)]
    late = select(Request.id).where(col(Request.seen_at) >= moments[4].astimezone(timezone(timedelta(hours=9))))
    assert len(await home.read(lambda tx: tx.db.exec(late).all())) == 3


async def test_a_word_that_is_no_word_is_refused_on_the_way_in_and_on_the_way_out(home: Home) -> None:
    key = await home.open()

    def nonsense(tx: Tx) -> None:
        incident = tx.db.exec(select(Incident)).one()
        incident.severity = "nonsense"  # type: ignore[assignment]
        tx.db.add(incident)

    with pytest.raises(StatementError, match="'nonsense' is not a valid Severity"):
        await home.do(nonsense)
    await home.sql("UPDATE incident SET severity = 'nonsense'")
    with pytest.raises(ValueError, match="'nonsense' is not a valid Severity"):
        await home.incident(key)


@pytest.mark.parametrize("words", [Severity, Status, EntryKind, EffectState])
def test_every_word_fits_its_column(words: Any) -> None:
    assert max(len(word) for word in words) <= 32  # characters; see store.columns.Word


async def test_sqlite_keeps_what_it_committed_through_a_power_cut_and_holds_foreign_keys(small_home: Home) -> None:
    def pragmas(tx: Tx) -> list[Any]:
        names = ("journal_mode", "synchronous", "foreign_keys")
        return [tx.db.connection().execute(text(f"PRAGMA {name}")).scalar() for name in names]

    assert await small_home.do(pragmas) == ["wal", 2, 1]
    assert await small_home.read(pragmas) == ["wal", 2, 1]
