"""The timeline: append-only, chained, sealed. Whatever is altered is found; a lost key hides its own texts alone."""

from collections.abc import Sequence
from datetime import timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text as query
from sqlmodel import SQLModel

from bot.core.said import Said, slack_source
from bot.core.timeline import GONE, broken_at, folded, link
from bot.flows.add_action import add_action
from bot.flows.attach_channel import attach_channel
from bot.flows.capture_message import capture_message
from bot.flows.change_status import change_status
from bot.flows.follow_message import follow_edit
from bot.flows.meet import learn_names, meet, names_of
from bot.flows.postmortem_case import postmortem_case
from bot.flows.record import read_timeline, record
from bot.flows.take_note import correct_entry, state_impact, take_note
from bot.flows.tx import Tx
from store.people import person
from store.types import EntryKind, Precision, Severity, Status
from tests.home import ANA, BO, CHIDI, START, Home, a_home, a_keyring

TS = "1773111600.000100"
SOURCE = slack_source("C1", TS)

# What an entry holds, and what somebody with the database in their hands might put there instead.
ALTERED = {
    "kind": ["'status'", "'nonsense'", "''"],
    "occurred_at": ["'2026-03-10T02:59:00.000000+00:00'"],
    "recorded_at": ["'2026-03-10T03:00:00.000001+00:00'"],
    "precision": ["'minute'"],
    "margin_s": ["0", "60"],
    "actor": ["'0123456789abcdef'", "'None'", "NULL"],
    "source": ["'None'", "''", "'https://slack.example/p1'"],
    "revises": ["1"],
    "facts": ["'[]'", "''"],
    "key_id": ["NULL", "99"],
    "body": ["NULL", "{empty}", "{junk}"],
    "hash": ["{junk}", "{empty}"],
}
ALTERATIONS = [(column, value) for column, values in ALTERED.items() for value in values]


@pytest.mark.parametrize("column", ALTERED)
async def test_any_altered_field_is_found_and_its_entry_named(home: Home, column: str) -> None:
    key = await home.open()
    await home.do(take_note, home.request(), "error rate is 48 %", key)
    await home.do(take_note, home.request(BO), "a deploy went out", key)
    note = len(await home.timeline(key)) - 1
    assert await home.wrong(key) is None
    before = await home.scalar(f"SELECT {column} FROM entry WHERE incident_id = 1 AND seq = {note}")
    for value in ALTERED[column]:
        value = value.replace("{empty}", _blob(home, b"")).replace("{junk}", _blob(home, b"\x00junk"))
        await home.sql(f"UPDATE entry SET {column} = {value} WHERE incident_id = 1 AND seq = {note}")
        assert await home.wrong(key) == f"entry {note} was altered", value
        await home.sql(f"UPDATE entry SET {column} = :before WHERE incident_id = 1 AND seq = {note}", before=before)
        assert await home.wrong(key) is None


def _blob(home: Home, content: bytes) -> str:
    return f"X'{content.hex()}'" if home.is_sqlite else f"'\\x{content.hex()}'::bytea"


async def test_any_byte_of_a_text_or_a_time_that_is_altered_is_found(small_home: Home) -> None:
    key = await small_home.open(severity=Severity.SEV4)
    await small_home.do(take_note, small_home.request(), "x", key)
    seq = len(await small_home.timeline(key))
    for column in ("body", "hash", "occurred_at", "recorded_at"):
        stored = await small_home.scalar(f"SELECT {column} FROM entry WHERE seq = {seq} AND incident_id = 1")
        raw = stored if isinstance(stored, bytes) else stored.encode()
        for place in range(len(raw)):
            if raw[place : place + 1] == b"T":
                continue  # Between date and hour any sign reads alike.
            altered: Any = bytes([*raw[:place], raw[place] ^ 1, *raw[place + 1 :]])
            altered = altered if isinstance(stored, bytes) else altered.decode()
            await small_home.sql(f"UPDATE entry SET {column} = :v WHERE seq = {seq} AND incident_id = 1", v=altered)
            assert await small_home.wrong(key) == f"entry {seq} was altered", (column, place)
        await small_home.sql(f"UPDATE entry SET {column} = :v WHERE seq = {seq} AND incident_id = 1", v=stored)
    assert await small_home.wrong(key) is None


async def test_what_is_removed_swapped_truncated_or_added_is_found(home: Home) -> None:
    key = await home.open()
    for number in range(4):
        await home.do(take_note, home.request(), f"note {number}", key)
    last = len(await home.timeline(key))

    async def found_after(*statements: str) -> str | None:
        await home.sql("CREATE TABLE kept AS SELECT * FROM entry")
        for statement in statements:
            await home.sql(statement)
        wrong = await home.wrong(key)
        await home.sql("DELETE FROM entry")
        await home.sql("INSERT INTO entry SELECT * FROM kept")
        await home.sql("DROP TABLE kept")
        assert await home.wrong(key) is None
        return wrong

    assert await found_after("DELETE FROM entry WHERE seq = 2") == "entry 2 is missing"
    assert await found_after("DELETE FROM entry WHERE seq = 1") == "entry 1 is missing"
    truncated = f"{last - 1} entries are there, {last} were recorded"
    assert await found_after(f"DELETE FROM entry WHERE seq = {last}") == truncated
    assert await found_after("DELETE FROM entry") == f"0 entries are there, {last} were recorded"
    swapped = [
        "UPDATE entry SET seq = -1 WHERE seq = 2",
        "UPDATE entry SET seq = 2 WHERE seq = 3",
        "UPDATE entry SET seq = 3 WHERE seq = -1",
    ]
    assert await found_after(*swapped) == "entry 2 was altered"
    columns = ", ".join(column.name for column in SQLModel.metadata.tables["entry"].columns if column.name != "seq")
    added = f"INSERT INTO entry (seq, {columns}) SELECT {last + 1}, {columns} FROM entry WHERE seq = {last}"
    assert await found_after(added) == f"entry {last + 1} was altered"


async def test_an_entry_of_one_incident_is_none_of_another(home: Home) -> None:
    """Two timelines that hold the same words at the same time are still two."""
    first, second = await home.open(), await home.open()
    await home.sql("DELETE FROM entry WHERE incident_id = 2")
    await home.sql("UPDATE entry SET incident_id = 2 WHERE incident_id = 1")
    assert await home.wrong(first) is not None
    assert await home.wrong(second) == "entry 1 was altered"


FIELDS = st.sampled_from([None, "None", "", 1, "1", "'1'", "a", "é", "a\nNone", "a\n1"]) | st.text(max_size=4)
SHIFTED = ("margin_s", "actor", "source", "revises", "facts", "key_id")
ROWS = st.fixed_dictionaries(
    {
        "seq": st.just(1),
        "kind": st.sampled_from(EntryKind),
        "occurred_at": st.sampled_from([START, START + timedelta(seconds=1)]),
        "recorded_at": st.just(START),
        "precision": st.sampled_from(Precision),
        **dict.fromkeys(SHIFTED, FIELDS),
        "body": st.none() | st.binary(max_size=3),
    }
)


@given(ROWS, st.dictionaries(st.sampled_from((*SHIFTED, "body")), FIELDS, min_size=1, max_size=3))
def test_two_entries_hash_alike_only_if_they_are_alike(one: dict[str, Any], changes: dict[str, Any]) -> None:
    other = {**one, **{name: b"" if name == "body" else value for name, value in changes.items()}}

    def hashed(values: dict[str, Any]) -> bytes:
        return link(b"", 1, SimpleNamespace(**values, hash=b""))

    def exactly(values: dict[str, Any]) -> str:
        return repr(sorted(values.items(), key=lambda pair: pair[0]))

    assert (hashed(one) == hashed(other)) == (exactly(one) == exactly(other))


@given(st.lists(ROWS, min_size=1, max_size=5), st.data())
def test_a_chain_with_anything_taken_moved_or_changed_is_broken(values: list[dict[str, Any]], data: Any) -> None:
    rows, head = _chained(values)
    assert broken_at(1, rows, len(rows), head) is None
    how = data.draw(st.sampled_from(["remove", "swap", "change"]))
    at = data.draw(st.integers(0, len(rows) - 1))
    tampered = [SimpleNamespace(**vars(row)) for row in rows]
    if how == "remove":
        del tampered[at]
    elif how == "swap":
        other = data.draw(st.integers(0, len(rows) - 1))
        tampered[at], tampered[other] = tampered[other], tampered[at]
    else:
        setattr(tampered[at], data.draw(st.sampled_from(["actor", "source", "facts", "revises"])), data.draw(FIELDS))
    same = [vars(row) for row in tampered] == [vars(row) for row in rows]
    exactly = repr([vars(row) for row in tampered]) == repr([vars(row) for row in rows])
    assert (broken_at(1, tampered, len(rows), head) is None) == (same and exactly)


def _chained(values: Sequence[dict[str, Any]]) -> tuple[list[Any], bytes]:
    rows, head = [], b""
    for number, row in enumerate(values, 1):
        rows.append(SimpleNamespace(**{**row, "seq": number}, hash=b""))
        head = rows[-1].hash = link(head, 1, rows[-1])
    return rows, head


async def test_a_destroyed_key_hides_its_texts_alone_and_the_chain_still_verifies(home: Home) -> None:
    key = await home.open("checkout is down")
    await home.do(take_note, home.request(BO), "Bo's secret", key)
    await home.do(take_note, home.request(CHIDI), "Chidi stays", key)
    bo = await home.scalar("SELECT ref FROM person WHERE account = :bo", bo=BO)
    await home.sql("DELETE FROM data_key WHERE owner = :bo", bo=bo)
    texts = [moment.text for moment in await home.timeline(key) if moment.kind is EntryKind.NOTE]
    assert texts == [GONE, "Chidi stays"]
    assert await home.wrong(key) is None
    incident_id = (await home.incident(key)).id or 0
    case = await home.read(postmortem_case, incident_id)
    assert GONE in [moment.text for moment in case.moments]
    await home.do(take_note, home.request(BO), "Bo again", key)  # under a new key
    assert [m.text for m in await home.timeline(key)][-1] == "Bo again"


async def test_a_lost_key_encryption_key_hides_texts_and_fails_nothing(database_url: str) -> None:
    with a_home(database_url) as home:
        key = await home.open()
        await home.do(take_note, home.request(BO), "error rate is 48 %", key)
        ref = await home.do(lambda tx: meet(tx, 1, BO))
        await home.do(lambda tx: learn_names(ref, ["Bo Berg"], None, True, tx))
    with a_home(database_url, keyring=a_keyring()) as home:
        assert {moment.text for moment in await home.timeline(key) if moment.text} == {GONE}
        assert await home.wrong(key) is None
        assert await home.read(lambda tx: names_of(tx, person(tx.db, ref))) == []  # type: ignore[arg-type]


async def test_a_text_opens_only_where_it_was_written(home: Home) -> None:
    """The place is part of what is sealed: moved to another entry or another's key, it does not open."""
    key = await home.open(severity=Severity.SEV4)
    first = (await home.do(take_note, home.request(), "first", key))[1]
    second = (await home.do(take_note, home.request(), "second", key))[1]
    swap = "UPDATE entry SET body = (SELECT body FROM entry WHERE seq = {}) WHERE seq = {} AND incident_id = 1"
    await home.sql(swap.format(first, second))
    assert [moment.text for moment in await home.timeline(key)][-2:] == ["first", GONE]
    await home.sql(f"UPDATE entry SET body = {_blob(home, b'short')} WHERE seq = {first}")
    assert [moment.text for moment in await home.timeline(key)][-2:] == [GONE, GONE]


async def test_one_persons_key_does_not_open_under_anothers_name(home: Home) -> None:
    key = await home.open()
    await home.do(take_note, home.request(BO), "Bo's", key)
    await home.sql("UPDATE data_key SET owner = 'nobody' WHERE id = (SELECT max(key_id) FROM entry)")
    assert [moment.text for moment in await home.timeline(key)][-1] == GONE


async def test_when_it_happened_and_when_it_was_recorded_stand_apart(home: Home) -> None:
    key = await home.open()
    said_at = START - timedelta(minutes=9, microseconds=1)
    there = said_at.astimezone(timezone(timedelta(hours=5.5)))
    home.clock.pass_(minutes=3)
    await home.do(capture_message, home.request(), Said(SOURCE, BO, "it is slow", there), key)
    moments = await home.timeline(key)
    captured = next(moment for moment in moments if moment.kind is EntryKind.MESSAGE)
    assert (captured.occurred_at, captured.recorded_at) == (said_at, home.clock.now())
    assert folded(moments)[0] == captured
    assert moments[-1] == captured
    assert await home.wrong(key) is None, "a time from another zone must hash as it is stored"


async def test_a_message_is_captured_once_and_its_edits_and_its_deletion_are_revisions(home: Home) -> None:
    key = await home.open()
    incident = await home.incident(key)
    await home.do(lambda tx: attach_channel(incident.id or 0, "C1", "inc-1", tx))
    for _ in range(2):
        await home.do(capture_message, home.request(ANA), Said(SOURCE, BO, "it is slwo", START), key)
    for text in ("it is slow", "it is very slow"):
        await home.do(follow_edit, home.request(BO, channel="C1"), TS, text)
    recorded = await home.timeline(key)
    assert sum(moment.kind is EntryKind.MESSAGE for moment in recorded) == 1
    message = next(moment for moment in folded(recorded) if moment.kind is EntryKind.MESSAGE)
    assert (message.text, message.history) == ("it is very slow", ("it is slwo", "it is slow"))
    await home.do(follow_edit, home.request(BO, channel="C1"), TS, None)
    message = next(moment for moment in folded(await home.timeline(key)) if moment.kind is EntryKind.MESSAGE)
    assert message.withdrawn
    assert message.text == "it is very slow"
    assert await home.wrong(key) is None


async def test_a_correction_leaves_the_first_wording_there(home: Home) -> None:
    key = await home.open()
    _, seq = await home.do(take_note, home.request(), "error rate is 84 %", key)
    await home.do(correct_entry, home.request(BO), seq, "error rate is 48 %", key)
    note = next(moment for moment in folded(await home.timeline(key)) if moment.seq == seq)
    assert (note.text, note.history) == ("error rate is 48 %", ("error rate is 84 %",))
    assert [moment.text for moment in await home.timeline(key)][-2:] == ["error rate is 84 %", "error rate is 48 %"]


async def test_no_flow_changes_or_removes_an_entry(home: Home) -> None:
    """The whole life of an incident: what was there before each flow is there after it, to the byte."""
    key = await home.open()
    incident_id = (await home.incident(key)).id or 0

    async def rows() -> list[Any]:
        return await home.read(lambda tx: [tuple(row) for row in tx.db.connection().execute(_ALL).all()])

    before = await rows()
    flows: list[Any] = [
        lambda tx: take_note(tx, home.request(), "note", key),
        lambda tx: correct_entry(tx, home.request(), 1, "checkout is slow", key),
        lambda tx: state_impact(tx, home.request(), "everyone", key),
        lambda tx: add_action(tx, home.request(), "alert on depth", key=key),
        lambda tx: change_status(tx, home.request(), Status.RESOLVED, "rolled back", key),
        lambda tx: change_status(tx, home.request(), Status.INVESTIGATING, None, key),
        lambda tx: record(tx, incident_id, EntryKind.NOTE, text="by hand"),
    ]
    for flow in flows:
        await home.do(flow)
        after = await rows()
        assert after[: len(before)] == before
        assert len(after) > len(before)
        before = after


_ALL = query("SELECT * FROM entry ORDER BY incident_id, seq")


def contents(folder: Path) -> dict[str, bytes]:
    """Return the bytes of the database and of everything that SQLite keeps beside it."""
    return {path.name: path.read_bytes() for path in folder.glob("firstfive.db*")}


async def test_no_text_or_name_stands_readable_in_the_file(sqlite_url: str, tmp_path: Path) -> None:
    """Readable by design are a title, an impact, an action item's title and the channel's name; nothing else is."""
    marks = {name: f"qqmark{name}qq" for name in ("note", "message", "edit", "correction", "name", "status", "update")}
    with a_home(sqlite_url) as home:
        key = await home.open("qqmarktitleqq")
        await home.do(lambda tx: attach_channel(1, "C1", "inc-1-qqmarktitleqq", tx))
        _, seq = await home.do(take_note, home.request(), marks["note"], key)
        await home.do(correct_entry, home.request(), seq, marks["correction"], key)
        await home.do(capture_message, home.request(), Said(SOURCE, BO, marks["message"], START), key)
        await home.do(follow_edit, home.request(BO, channel="C1"), TS, marks["edit"])
        ref = await home.do(lambda tx: meet(tx, 1, BO))
        await home.do(lambda tx: learn_names(ref, [marks["name"]], "Europe/Madrid", True, tx))
        await home.do(change_status, home.request(), Status.IDENTIFIED, marks["status"], key)
        opened = {moment.text for moment in await home.timeline(key)}
        assert {marks["note"], marks["correction"], marks["message"], marks["edit"], marks["status"]} <= opened
        assert await home.read(lambda tx: names_of(tx, person(tx.db, ref))) == [marks["name"]]  # type: ignore[arg-type]
        files = contents(tmp_path)
        facts = await home.scalar("SELECT group_concat(facts) FROM entry")
    assert any(name.endswith("-wal") and content for name, content in files.items())
    everything = b"".join(files.values())
    assert b"qqmarktitleqq" in everything
    assert [name for name, mark in marks.items() if mark.encode() in everything] == []
    assert "qqmark" not in facts


async def test_ten_people_and_two_thousand_entries_read_back_in_order(small_home: Home) -> None:
    key = await small_home.open(severity=Severity.SEV4)
    before = len(await small_home.timeline(key))

    def write(tx: Tx) -> None:
        for number in range(2000):
            record(tx, 1, EntryKind.NOTE, actor=f"person {number % 10}", text=f"note {number}")

    await small_home.do(write)
    moments = await small_home.read(read_timeline, 1)
    assert [moment.text for moment in moments[before:]] == [f"note {number}" for number in range(2000)]
    assert await small_home.wrong(key) is None
