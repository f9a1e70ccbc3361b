"""The curated timeline shows what people later published, in few rows, and folds the rest without losing any of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.case import Case
from bot.core.curate import PAGE, shown
from bot.core.marks import points
from bot.core.postmortem import draft
from bot.core.replay import parse
from store.types import EntryKind
from tests.core.cases import Record, played
from tests.core.test_postmortem import RENDERER
from tests.core.test_replay import NOW
from tests.shared import REPOSITORY, shared

TOLD: dict[str, list[list[int]]] = yaml.safe_load((REPOSITORY / "tests" / "data" / "told.yaml").read_text())
KINDS = st.sampled_from([kind for kind in EntryKind if kind not in (EntryKind.REVISION, EntryKind.WITHDRAWAL)])


def chat(name: str) -> Case:
    return played(parse(Path(shared("data", "replays", f"{name}.chat.jsonl")).read_text(), NOW))


def lines_shown(case: Case) -> set[int]:
    """Return the lines of the recording that the curated rows are made from."""
    numbers = shown(case.moments, points(case))
    return {int(moment.facts["line"]) for moment in case.moments if moment.seq in numbers and "line" in moment.facts}


def figures() -> Iterator[tuple[str, int, int, int]]:
    """Yield (recording, events contained, events published, rows) for each raw chat."""
    for name, events in TOLD.items():
        case = chat(name)
        lines = lines_shown(case)
        contained = sum(bool(lines.intersection(told)) for told in events)
        yield name, contained, len(events), len(shown(case.moments, points(case)))


@pytest.mark.parametrize("name", TOLD)
def test_a_raw_chat_is_curated_to_what_was_published_of_it(name: str) -> None:
    published = (Path(shared("data", "replays", f"{name}.curated.jsonl"))).read_text().splitlines()
    ((contained, events, rows),) = [(got, of, rows) for who, got, of, rows in figures() if who == name]
    assert events == len(published)
    assert contained >= 0.8 * events
    assert rows <= 2 * events


def said(record: Record, minute: float, text: str, role: str = "responder-2") -> int:
    return record.add(minute, EntryKind.REPLAYED, text, None, role=role, kind="chat", line=len(record.moments) + 1)


def test_what_was_done_found_and_seen_is_shown_and_chatter_is_folded() -> None:
    record = Record()
    record.add(0, EntryKind.OPENED, "Orders wait", from_="slack", severity="sev2")
    told = [
        said(record, 1, "checkout is failing for everyone in the shop"),
        said(record, 4, "rolled back to build 4411", "on-call"),
        said(record, 9, "the queue is healthy again, orders recover", "on-call"),
        record.add(10, EntryKind.NOTE, "workers were at zero", "p-bo"),
        record.add(11, EntryKind.UPDATE, "Orders go through again.", "p-ana"),
    ]
    small = [said(record, 12 + number, f"{word} {number}") for number, word in enumerate(["lol", ":wave:", "ok"] * 8)]
    case = record.case()
    numbers = shown(case.moments, points(case))
    assert numbers.issuperset(told)
    assert not numbers.intersection(small)


def test_a_short_timeline_is_shown_whole() -> None:
    record = Record()
    every = {said(record, number, "ok") for number in range(PAGE)}
    assert shown(record.moments, {}) == every
    assert "### Folded" not in RENDERER.render_postmortem(draft(record.case()), "md").text


def test_the_same_thing_is_not_told_twice() -> None:
    record = Record()
    same = [said(record, number * 10, "the payment workers crashed with exit code 137") for number in range(4)]
    for number, letter in enumerate("abcdefghijklmnopqrstuvwxyz"):
        said(record, 50 + number * 5, f"deployed {letter * 4} {letter * 5} {letter * 6}")
    assert len(shown(record.moments, {}).intersection(same)) == 1


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(KINDS, st.text(max_size=40), st.floats(0, 600)), max_size=60))
def test_every_row_is_either_shown_or_folded_and_the_count_of_skipped_ones_is_right(
    entries: list[tuple[EntryKind, str, float]],
) -> None:
    record = Record()
    for kind, text, minutes in entries:
        record.add(minutes, kind, text, kind="chat")
    sketch = draft(record.case(people={}))
    assert sorted(row.seq for row in (*sketch.curated, *sketch.folded)) == [moment.seq for moment in record.moments]
    after_last = next((n for n, row in enumerate(reversed(sketch.rows)) if row.seq in sketch.shown), len(sketch.rows))
    assert sum(row.skipped for row in sketch.curated) + after_last == len(sketch.folded)


def test_a_mark_is_never_folded() -> None:
    record = Record()
    for number in range(60):
        record.add(number, EntryKind.STEP, None, "p-bo", outcome="done", step=f"s{number}", checklist="c")
    role = record.add(61, EntryKind.ROLE, role="incident_commander", person="p-ana")
    case = record.case()
    assert role in shown(case.moments, points(case))
