"""Lists and search: pages that make up the whole list, nothing found that is another's, no query that fails."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import product
from typing import Any
from urllib.parse import parse_qsl

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.listing import Listing
from bot.core.search import is_in, pieces, snippet, wanted
from bot.core.slots import Slot
from bot.core.teams import Team
from bot.flows.change_status import change_status
from bot.flows.incident_list import IncidentList, incident_list
from bot.flows.index_postmortem import tidy_search
from bot.flows.make_private import make_private
from bot.flows.publish_postmortem import publish_postmortem
from bot.flows.tx import Rules, Tx
from bot.jobs.table import JOBS
from store.incidents import Incident, take_part
from store.listing import Filter, Order, listed, place_of
from store.types import Severity, Status
from tests.home import ANA, BO, START, Home, a_home, our_checklists

A_NIGHT = Slot(START.date(), START - timedelta(days=1), START)
TEXT = """# Checkout

## Summary

The payment queue was full.

## Contributing factors

- A certificate had expired on **eu-west-1**.

## Timeline

- Bo said that the walrus was asleep.

## Lessons learned

| What | Who |
|---|---|
| Queues fill | everybody |
"""


def insert(
    tx: Tx, /, number: int, title: str, *, minute: int = 0, viewers: Sequence[str] = (), **values: Any
) -> Incident:
    """Write an incident down as it stands, as fast as the database takes it."""
    row = Incident(
        workspace_id=1,
        number=number,
        request_id=f"row-{number}",
        title=title,
        declared_by="somebody",
        opened_at=START + timedelta(minutes=minute),
        **{"severity": Severity.SEV2, "status": Status.RESOLVED, **values},
    )
    tx.db.add(row)
    tx.db.flush()
    for viewer in viewers:
        take_part(tx.db, row.id or 0, viewer)
    return row


async def found(home: Home, words: str, viewer: str | None = None) -> list[str]:
    page: IncidentList = await home.read(incident_list, 1, viewer, Listing.asked([("q", words)]))
    return [line.incident.key for line in page.lines]


async def resolved(home: Home, title: str = "checkout is down", /, **options: Any) -> str:
    key = await home.open(title, **options)
    await home.do(change_status, home.request(), Status.RESOLVED, key=key)
    return key


async def test_pages_are_the_whole_list_without_a_repeat_whatever_is_opened_meanwhile(home: Home) -> None:
    await home.open()
    number = 1
    orders = st.sampled_from([Order.NEWEST, Order.OLDEST, Order.WORST])
    rows = st.lists(st.tuples(st.integers(0, 5), st.sampled_from(Severity)), max_size=8)

    @settings(max_examples=12)
    @given(rows=rows, late=rows, order=orders, size=st.integers(1, 4))
    def law(rows: list[tuple[int, Severity]], late: list[tuple[int, Severity]], order: Order, size: int) -> None:
        nonlocal number

        def opened(some: list[tuple[int, Severity]]) -> None:
            nonlocal number
            for minute, severity in some:
                number += 1
                home.house.do_now(insert, number, "a row", minute=minute, severity=severity)

        opened(rows)
        whole = home.house.read_now(lambda tx: listed(tx.db, 1, None, Filter(), order, limit=10_000))
        paged: list[Incident] = []
        coming = [late[start : start + 2] for start in range(0, len(late), 2)]
        while True:
            after = place_of(paged[-1]) if paged else None
            page = home.house.read_now(lambda tx: listed(tx.db, 1, None, Filter(), order, after, limit=size))  # noqa: B023
            if not page:
                break
            paged += page
            opened(coming.pop() if coming else [])
        numbers = [incident.number for incident in paged]
        assert len(set(numbers)) == len(numbers)
        there = {incident.number for incident in whole}
        assert [number for number in numbers if number in there] == [incident.number for incident in whole]

    law()


async def test_nobody_finds_what_is_private_or_a_test_of_others_and_everybody_the_rest(home: Home) -> None:
    ana = "a" * 16
    await home.open("search is slow")
    kinds = list(product((False, True), (False, True), ((), (ana,), ("b" * 16,))))

    def fill(tx: Tx) -> None:
        for number, (private, test, viewers) in enumerate(kinds, start=10):
            insert(tx, number, "walrus asleep", private=private, test=test, viewers=viewers)

    await home.do(fill)
    for viewer in (None, ana, "c" * 16):
        allowed = {
            f"INC-{number}"
            for number, (private, test, viewers) in enumerate(kinds, start=10)
            if viewer in viewers or not (private or test)
        }
        for words in ([("q", "walrus")], [("q", "walrus"), ("sort", "newest")], [("q", "walrus"), ("tests", "only")]):
            page = await home.read(incident_list, 1, viewer, Listing.asked(words))
            keys = {line.incident.key for line in page.lines}
            assert keys <= allowed
            assert page.count == len(keys)
            assert words[-1] == ("tests", "only") or keys == allowed
        for number in range(10, 10 + len(kinds)):
            assert (f"INC-{number}" in await found(home, f"inc-{number}", viewer)) == (f"INC-{number}" in allowed)
        listing = await home.read(incident_list, 1, viewer, Listing())
        hidden = {f"INC-{n}" for n, (private, _, viewers) in enumerate(kinds, 10) if private and viewer not in viewers}
        assert not hidden & {line.incident.key for line in [*listing.lines, *listing.going_on]}
        assert not (await home.read(incident_list, 2, viewer, Listing.asked([("q", "walrus")]))).lines


async def test_a_published_postmortem_is_found_by_all_that_it_says_but_its_timeline(home: Home) -> None:
    key = await resolved(home)
    assert await found(home, "certificate") == []
    await home.do(publish_postmortem, home.request(), TEXT, 0, key=key)
    for words in ("payments queue", "expired certific", "eu west", "everybody", "EU-WEST-1", "checkouts full"):
        assert await found(home, words) == [key], words
    assert await found(home, "walrus") == []
    page = await home.read(incident_list, 1, None, Listing.asked([("q", "certificates")]))
    assert (page.lines[0].where, [piece.text for piece in page.lines[0].around if piece.found]) == (
        "contributing factors",
        ["certificate"],
    )
    by_title = await resolved(home, "the certificate expired")
    assert await found(home, "certificate") == [by_title, key], "a title counts most"
    await home.do(publish_postmortem, home.request(), TEXT.replace("expired", "lapsed"), 0, key=key)
    assert await found(home, "expired") == [by_title]


async def test_what_was_published_is_found_no_more_once_it_is_private_or_its_author_is_erased(home: Home) -> None:
    for take_away in ("privately", "erased", "unpublished"):
        key = await resolved(home)
        await home.do(publish_postmortem, home.request(), TEXT, 0, key=key)
        assert await found(home, "certificate") == [key]
        if take_away == "privately":
            await home.do(make_private, home.request(), key=key)
        elif take_away == "erased":
            await home.sql("DELETE FROM data_key")
        else:
            await home.sql("UPDATE postmortem SET published_at = NULL")
            await home.do(tidy_search, A_NIGHT)
        assert await found(home, "certificate") == []
        assert await home.scalar("SELECT count(*) FROM published_text") == 0
    for kind in ("private", "test"):
        key = await resolved(home, **{kind: True})
        await home.do(publish_postmortem, home.request(), TEXT, 0, key=key)
    assert await home.scalar("SELECT count(*) FROM published_text") == 0


async def test_words_that_were_taken_out_are_gone_from_the_index_after_a_night(small_home: Home) -> None:
    home, kept = small_home, "SELECT count(*) FROM search_words_data WHERE instr(block, 'ertificat')"
    key = await resolved(home)
    await home.do(publish_postmortem, home.request(), TEXT, 0, key=key)
    await home.do(make_private, home.request(), key=key)
    assert await home.scalar(kept) > 0
    await home.do(tidy_search, A_NIGHT)
    assert await home.scalar(kept) == 0


async def test_what_a_version_without_the_index_published_is_found_within_a_day(home: Home) -> None:
    key = await resolved(home)
    await home.do(publish_postmortem, home.request(), TEXT, 0, key=key)
    await home.sql("DELETE FROM published_text")
    assert await found(home, "certificate") == []
    assert "tidy the search" in [job.name for job in JOBS]
    await home.do(tidy_search, A_NIGHT)
    assert await found(home, "certificate") == [key]


async def test_a_team_has_what_names_its_words_and_mine_is_what_i_take_part_in(sqlite_url: str) -> None:
    teams = (Team("everyone", "incidents"), Team("payments", "pay", services=("checkout",)))
    with a_home(sqlite_url, rules=Rules(checklists=our_checklists, teams=teams)) as home:
        for title in ("checkout is down", "search is slow", "Payments fail", "prepayments lag"):
            await home.open(title)
        await home.open("nobody asks Bo", account=BO)

        async def keys(**asked: str) -> list[str]:
            ana = await home.scalar("SELECT ref FROM person WHERE account = :account", account=ANA)
            page = await home.read(incident_list, 1, ana, Listing.asked([*asked.items()]))
            return [line.incident.key for line in [*page.going_on, *page.lines]]

        assert await keys(team="payments", sort="oldest") == ["INC-1", "INC-3"]
        assert await keys(team="everyone", sort="oldest") == ["INC-2", "INC-4", "INC-5"]
        assert await keys(mine="1", sort="oldest") == ["INC-1", "INC-2", "INC-3", "INC-4"]
        assert await keys(month="2026-02") == []
        assert len(await keys(month="2026-03")) == 5
        asked = Listing.asked([("q", "a b"), ("severity", "sev2"), ("mine", "1"), ("from", "2026-03-01"), ("x", "y")])
        assert asked.query() == "q=a+b&severity=sev2&from=2026-03-01&mine=1"
        assert Listing.asked(parse_qsl(asked.query())) == asked


async def test_nothing_that_is_typed_is_an_error(home: Home) -> None:
    await home.open('checkout "OR NOT" (full) & | ! :* \'; -- NEAR')

    @settings(max_examples=60)
    @given(words=st.one_of(st.text(max_size=30), st.text(alphabet="ab1\"'*:&|!()-^ \\<>%_\x00", max_size=30)))
    def law(words: str) -> None:
        for order in ("best", "newest"):
            home.house.read_now(
                incident_list, 1, None, Listing.asked([("q", words), ("sort", order), ("after", words)])
            )

    law()
    for words in ("NEAR", "or not", '"', "checkout*", "full AND", "(checkout OR"):
        assert (await found(home, words) == ["INC-1"]) == (words != '"'), words


@given(text=st.text(max_size=400), words=st.text(max_size=20))
def test_pieces_are_the_text_and_a_snippet_is_of_it(text: str, words: str) -> None:
    looked_for = wanted(words)
    assert "".join(piece.text for piece in pieces(text, looked_for)) == text
    around = [piece.text for piece in snippet(text, looked_for) if piece.text not in ("… ", " …")]
    assert "".join(around) in " ".join(text.split())
    if looked_for and is_in(text, looked_for):
        assert around


def test_a_word_stands_for_what_begins_so_whatever_inflects_it() -> None:
    assert is_in("Payments failed: the queries timed out", wanted("failing payment query"))
    assert is_in("deploys", wanted("deploym")) is False
    assert is_in("deployment", wanted("deploys"))
    assert wanted("the of").beginnings == ("the", "of")
    assert wanted("Inc-12").number == 12
