"""The list of postmortems: overdue first, page after page, and nothing that its reader may not see."""

from datetime import timedelta

import pytest

from bot.errors import Unfit
from bot.flows.list_postmortems import list_postmortems
from store.postmortem_list import Wanted
from store.postmortems import Postmortem
from store.types import PostmortemState
from tests.home import START, Home


async def started(home: Home, hours: int | None, published: int | None = None, **options: object) -> None:
    """Open an incident with a postmortem due, and published, so many hours from now."""
    incident = await home.incident(await home.open(**options))  # type: ignore[arg-type]
    at = [START + timedelta(hours=each) if each is not None else None for each in (hours, published)]
    state = PostmortemState.PUBLISHED if published is not None else PostmortemState.DRAFT
    row = Postmortem(incident_id=incident.id or 0, due_at=at[0], created_at=START, published_at=at[1], state=state)
    await home.do(lambda tx: tx.db.add(row))


async def test_pages_go_from_the_longest_overdue_to_the_first_published_and_repeat_nothing(home: Home) -> None:
    for hours, published in (
        (-2, None),
        (5, None),
        (None, None),
        (-9, -8),
        (3, None),
        (-2, None),
        (-9, -1),
        (None, None),
    ):
        await started(home, hours, published)
    await started(home, -50, private=True)
    wanted, keys, cursor = Wanted(1, None), list[str](), ""
    while cursor is not None and len(keys) < 20:
        page = await home.read(list_postmortems, wanted, cursor, 1)
        keys += [incident.key for _, incident in page.postmortems]
        cursor = page.cursor  # type: ignore[assignment]
    assert keys == [f"INC-{number}" for number in (1, 6, 5, 2, 3, 8, 7, 4)]
    for narrowed, numbers in (
        (Wanted(1, None, overdue=True), (1, 6)),
        (Wanted(1, None, PostmortemState.PUBLISHED), (7, 4)),
        (Wanted(1, None, owner="nobody"), ()),
        (Wanted(2, None), ()),
    ):
        found = await home.read(list_postmortems, narrowed)
        assert [incident.number for _, incident in found.postmortems] == list(numbers)


@pytest.mark.parametrize(
    "cursor", ["x", "9_2026-01-01T00:00:00+00:00_1", "0_2026-01-01_1", "0_2026-01-01T00:00:00+00:00_-1"]
)
async def test_a_cursor_that_is_none_of_ours_is_refused(small_home: Home, cursor: str) -> None:
    with pytest.raises(Unfit, match="cursor"):
        await small_home.read(list_postmortems, Wanted(1, None), cursor)
