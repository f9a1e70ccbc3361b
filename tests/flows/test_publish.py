"""A postmortem on its way: versions that differ and are sealed, publishing with a reason, and lessons that are done."""

import pytest

from bot.core.postmortem import draft
from bot.core.versions import diff, passage
from bot.errors import Refused
from bot.flows.add_action import add_action, settle_action
from bot.flows.change_status import change_status
from bot.flows.meet import learn_names
from bot.flows.postmortem_case import postmortem_case
from bot.flows.publish_postmortem import edit_postmortem, learn, publish_postmortem, read_postmortem
from bot.flows.take_note import take_note
from bot.flows.versions import latest_text, versions
from store.postmortems import Postmortem, count_readers, postmortem_of
from store.types import ActionState, EntryKind, PostmortemState, Status
from tests.home import ANA, BO, CHIDI, Home

FIRST = "# Postmortem\n\n## Summary\n\nThe queue was full.\n\n## Lessons\n\nQueues fill.\n"
FRONT = (
    "# P\n\n| Postmortem | INC-1 |\n|---|---|\n| State | draft, not published |\n| Owner | x |\n\n## Summary\n\nFull.\n"
)
AS_PUBLISHED = "| State | published |\n| Published | 2026-03-11 09:00 UTC, 1 d 6 h after it was resolved |\n| Owner"
SECOND = FIRST.replace("was full", "was full for 20 minutes")


async def resolved(home: Home) -> str:
    key = await home.open()
    await home.do(change_status, home.request(), Status.RESOLVED, key=key)
    return key


async def standing(home: Home) -> Postmortem:
    found = await home.read(lambda tx: postmortem_of(tx.db, 1))
    assert found is not None
    return found


async def test_every_version_is_kept_sealed_and_the_same_text_makes_none(home: Home) -> None:
    key = await resolved(home)
    assert [await home.do(edit_postmortem, home.request(), text, key) for text in (FIRST, SECOND, SECOND)] == [1, 2, 2]
    kept = await home.read(versions, 1)
    assert [each.text for each in kept] == [FIRST, SECOND]
    assert diff(FIRST, SECOND, ("1", "2")).splitlines()[-5:-3] == [
        "-The queue was full.",
        "+The queue was full for 20 minutes.",
    ]
    assert b"queue" not in await home.scalar("SELECT body FROM postmortem_version WHERE number = 1")
    await home.sql("DELETE FROM data_key")
    assert "queue" not in str(await home.read(latest_text, 1)), "without the key nobody reads it"


async def test_what_the_checker_finds_is_a_warning_and_the_reason_is_kept(home: Home) -> None:
    key = await resolved(home)
    with pytest.raises(Refused, match="The checker finds 2 things"):
        await home.do(publish_postmortem, home.request(), FIRST, 2, key=key)
    await home.do(publish_postmortem, home.request(), FIRST, 2, "the law asks for it today", key)
    assert (await standing(home)).state is PostmortemState.PUBLISHED
    entry = next(moment for moment in await home.timeline(key) if moment.kind is EntryKind.POSTMORTEM_STATE)
    assert (entry.text, entry.facts["findings"]) == ("the law asks for it today", 2)
    assert [effect.args["channel"] for effect in await home.effects("slack.published")] == ["incidents"]


async def test_what_is_published_says_so_and_how_old_its_incident_was(small_home: Home) -> None:
    home = small_home
    key = await resolved(home)
    text: str | None = FRONT
    home.clock.pass_(hours=30)
    for _ in range(2):
        await home.do(publish_postmortem, home.request(), text or "", 0, key=key)
        text = await home.read(latest_text, 1)
        assert text is not None
        assert AS_PUBLISHED in text
    assert len(await home.read(versions, 1)) == 1, "what says so already is the same version"


async def test_nothing_is_published_while_it_goes_on(small_home: Home) -> None:
    key = await small_home.open()
    with pytest.raises(Refused, match="Publish once it is over"):
        await small_home.do(publish_postmortem, small_home.request(), FIRST, 0, key=key)


async def test_lessons_are_done_when_it_is_published_and_every_item_is_settled(home: Home) -> None:
    key = await resolved(home)
    await home.do(add_action, home.request(), "raise the limit", key=key)
    with pytest.raises(Refused, match="not published yet"):
        await home.do(learn, home.request(), key)
    await home.do(publish_postmortem, home.request(), FIRST, 0, key=key)
    with pytest.raises(Refused, match="action items 1"):
        await home.do(learn, home.request(), key)
    await home.do(settle_action, home.request(), 1, ActionState.DONE, key=key)
    await home.do(learn, home.request(), key)
    assert (await standing(home)).state is PostmortemState.LEARNED


async def test_readers_are_counted_once_each_and_take_no_part(home: Home) -> None:
    key = await resolved(home)
    await home.do(read_postmortem, home.request(BO), key)
    await home.do(publish_postmortem, home.request(), FIRST, 0, key=key)
    for account in (ANA, BO, BO, CHIDI):
        await home.do(read_postmortem, home.request(account), key)
    assert await home.read(lambda tx: count_readers(tx.db, 1)) == 3
    assert await home.scalar("SELECT count(*) FROM participant") == 1


def test_a_passage_is_what_stands_under_its_heading() -> None:
    assert passage(FIRST, "lessons") == "Queues fill."
    assert passage(FIRST, "Impact") == ""


async def test_somebody_known_who_is_only_named_in_a_note_is_a_colleague_in_the_draft(small_home: Home) -> None:
    home = small_home
    await home.open("search is slow", account=CHIDI)
    chidi = await home.scalar("SELECT ref FROM person WHERE account = :account", account=CHIDI)
    await home.do(lambda tx: learn_names(chidi, ["chidi", "Chidi Eze"], "UTC", True, tx))
    key = await home.open()
    await home.do(take_note, home.request(), "then Chidi restarted it, says @mona", key=key)
    case = await home.read(postmortem_case, (await home.incident(key)).id or 0)
    told = " ".join(row.what for row in draft(case).rows)
    assert "then colleague 1 restarted it, says someone" in told
    assert "Chidi restarted" in str(await home.timeline(key)), "the timeline itself says what was said"
