"""Writing a postmortem together: what is taken is kept, sealed, told to the others, and never lost."""

from typing import Any

import pytest

from bot.core.edits import Edit, changed, replacing
from bot.errors import Refused, Unfit
from bot.flows.change_status import change_status
from bot.flows.comment import Passage, add_comment, comments, reply, settle_comment, take_suggestion
from bot.flows.edit_together import (
    Sent,
    TooOld,
    be_here,
    news,
    open_copy,
    publish_copy,
    save_version,
    take_edit,
    take_text,
)
from bot.flows.publish_postmortem import edit_postmortem
from bot.flows.start_postmortem import change_owner
from bot.flows.versions import versions
from bot.flows.working_copy import KEPT, read_copy
from store.types import CommentState, Status
from tests.home import ANA, BO, CHIDI, Home

DRAFT = "# Postmortem\n\n## Summary\n\nThe queue was full.\n"


async def opened(home: Home, **options: Any) -> str:
    """Open an incident, resolve it, and open its postmortem to write in it; return its key."""
    key = await home.open(**options)
    await home.do(change_status, home.request(), Status.RESOLVED, key=key)
    await home.do(open_copy, home.request(), DRAFT, key)
    return key


async def text(home: Home) -> str:
    copy = await home.read(read_copy, 1)
    assert copy is not None
    return copy.text


def typed(words: str, at: int = 0, of: str = DRAFT) -> Edit:
    return replacing(of, at, at, words)


async def test_edits_of_the_same_revision_are_all_kept_and_one_that_is_sent_again_is_taken_once(home: Home) -> None:
    key = await opened(home)
    for account, client, words in ((ANA, "a", "Ana. "), (BO, "b", "Bo. "), (ANA, "a", "Ana. ")):
        told = await home.do(take_edit, home.request(account), Sent(client, 1, 0, typed(words)), key)
    assert await text(home) == "Ana. Bo. " + DRAFT
    assert told.made is not None
    followed = DRAFT
    for each in told.made:
        followed = changed(followed, each.edit)
    assert followed == await text(home), "whoever follows the edits ends with the same text"
    assert {each.name for each in told.here} == {ANA, BO}
    for table, column in (("working_copy", "body"), ("postmortem_edit", "body")):
        assert b"queue" not in await home.scalar(f"SELECT {column} FROM {table}")
    with pytest.raises(Unfit):
        await home.do(take_edit, home.request(), Sent("a", 2, 2, (3, "x")), key)


async def test_a_page_that_was_away_for_too_long_brings_in_its_text_and_nothing_is_lost(small_home: Home) -> None:
    home = small_home
    key = await opened(home)
    await home.do(take_edit, home.request(), Sent("a", 1, 0, typed("First. ")), key)
    await home.sql("DELETE FROM postmortem_edit")
    with pytest.raises(TooOld):
        await home.do(take_edit, home.request(BO), Sent("b", 1, 0, typed("Second. ")), key)
    assert (await home.read(news, 1, 0)).text == "First. " + DRAFT
    for _ in range(2):
        await home.do(take_text, home.request(BO), "b", DRAFT, DRAFT + "Second.\n", key)
    assert await text(home) == "First. " + DRAFT + "Second.\n"


async def test_the_copy_is_the_draft_until_somebody_writes_and_takes_in_versions_from_elsewhere(
    small_home: Home,
) -> None:
    home = small_home
    key = await opened(home)
    longer = DRAFT + "- a later entry\n"
    await home.do(open_copy, home.request(), longer, key)
    assert await text(home) == longer
    await home.do(take_edit, home.request(), Sent("a", 1, 1, typed("Mine. ", 0, longer)), key)
    await home.do(edit_postmortem, home.request(BO), longer.replace("was full", "was very full"), key)
    await home.do(be_here, home.request(), "a", key)
    assert await text(home) == "Mine. " + longer.replace("was full", "was very full")
    assert await home.do(save_version, home.request(), key) == 2
    assert [each.number for each in await home.read(versions, 1)] == [1, 2]
    assert (await home.read(news, 1, 0)).saved


async def test_few_edits_are_kept(small_home: Home) -> None:
    home = small_home
    key = await opened(home)
    await home.sql("UPDATE working_copy SET revision = :at", at=2 * KEPT - 1)
    await home.sql(
        "INSERT INTO postmortem_edit SELECT incident_id, 7, person_ref, '', 0, '2026', 1, x'00' FROM participant"
    )
    await home.do(take_edit, home.request(), Sent("a", 1, 2 * KEPT - 1, typed("x")), key)
    assert await home.scalar("SELECT count(*) FROM postmortem_edit") == 1


async def test_only_what_was_looked_at_is_published(small_home: Home) -> None:
    home = small_home
    key = await opened(home)
    await home.do(take_edit, home.request(), Sent("a", 1, 0, typed("New. ")), key)
    with pytest.raises(Refused, match="Somebody changed it"):
        await home.do(publish_copy, home.request(), 0, 0, None, key)
    await home.do(publish_copy, home.request(), 1, 0, None, key)
    assert (await home.read(versions, 1))[-1].text == "New. " + DRAFT


async def test_a_comment_follows_its_passage_and_a_suggestion_is_taken_by_the_owner_alone(home: Home) -> None:
    key = await opened(home)
    await home.do(change_owner, home.request(), CHIDI, key)
    start = DRAFT.index("queue")
    passage = Passage(start, "queue")
    assert await home.do(add_comment, home.request(BO), "which one?", passage, None, key) == 1
    assert await home.do(add_comment, home.request(BO), "", passage, "eu queue", key) == 2
    await home.do(reply, home.request(ANA), 1, "the one in eu", key)
    await home.do(take_edit, home.request(), Sent("a", 1, 0, typed("A line.\n\n")), key)
    found = await home.read(comments, 1)
    assert [(each.number, each.quote, len(each.replies)) for each in found] == [(1, "queue", 1), (2, "queue", 0)]
    assert (await text(home))[found[0].start : found[0].end] == "queue"
    with pytest.raises(Refused, match="Whoever owns"):
        await home.do(take_suggestion, home.request(ANA), 2, key)
    await home.do(take_suggestion, home.request(CHIDI), 2, key)
    assert "The eu queue was full." in await text(home)
    await home.do(settle_comment, home.request(ANA), 1, key)
    assert [each.state for each in await home.read(comments, 1)] == [CommentState.RESOLVED, CommentState.TAKEN]
    assert await home.told("commented") == [CHIDI], "several that come together are told once"
    await home.sql("DELETE FROM data_key WHERE owner <> ''")
    assert "which one?" not in str(await home.read(comments, 1))


async def test_a_private_postmortem_is_there_for_those_who_take_part(small_home: Home) -> None:
    home = small_home
    key = await opened(home, private=True)
    for flow, values in (
        (open_copy, (DRAFT, key)),
        (take_edit, (Sent("c", 1, 0, typed("x")), key)),
        (take_text, ("c", DRAFT, "x", key)),
        (be_here, ("c", key)),
        (save_version, (key,)),
        (publish_copy, (0, 0, None, key)),
        (add_comment, ("x", Passage(0, "#"), None, key)),
    ):
        with pytest.raises(Refused, match="There is no incident"):
            await home.do(flow, home.request(CHIDI), *values)
    assert await text(home) == DRAFT
