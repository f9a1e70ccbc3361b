"""The page of a postmortem: made once, written anew with each version, and never over what somebody else wrote."""

from functools import partial

from bot.confluence.api import Page
from bot.confluence.desk import Desk
from bot.errors import Rejected, Retry
from bot.flows.publish_page import PageCase, begin_page, end_page, page_case, page_drifted, page_written
from bot.formats.confluence import as_confluence, with_mark
from bot.outbox.outcome import NOTHING_TO_DO, Done
from store.effects import Claimed
from store.publications import Publication

TAKEN = "title already exists"  # as Confluence says it
GONE = 0  # the number of a page that is not there


async def show_page(desk: Desk, effect: Claimed) -> Done:
    """Bring the page to the latest version; where somebody edited or deleted it since, its owner is asked first."""
    case = await desk.house.read(page_case, effect.incident_id or 0)
    if case is None:
        return NOTHING_TO_DO
    there = case.publication
    if there.place is None or (there.drifted == there.allowed == GONE):
        return await _make(desk, case)
    page = await desk.api.page(there.place)
    number = page.number if page else GONE
    if page and page.message.startswith(there.mark):
        if page.message == _message(case):
            return _written(case, page)  # An earlier attempt wrote it, and its answer was lost.
    elif number not in (there.remote, there.allowed):
        return Done(partial(page_drifted, case.incident.id or 0, number, page.body if page else ""))
    if page is None:
        return NOTHING_TO_DO
    return _written(case, await desk.api.update(page, page.title, _body(case), _message(case)))


async def _make(desk: Desk, case: PageCase) -> Done:
    """Make the page, unless an earlier attempt did: what it made bears the mark."""
    incident_id, titles = case.incident.id or 0, (case.title, f"{case.title} ({case.publication.mark[10:16]})")
    if case.publication.asked_at is not None:
        for title in titles:
            found = await desk.api.titled(title)
            if found and case.publication.mark in found.body:
                return _written(case, found)
    for title in titles:
        await desk.house.do_behind(begin_page, incident_id)
        try:
            return _written(case, await desk.api.create(title, _body(case), _message(case)))
        except (Rejected, Retry) as failed:  # It was not made; after anything else it is looked for.
            await desk.house.do_behind(end_page, incident_id)
            if TAKEN not in failed.reason:
                raise
    raise Rejected(f"both titles are taken: {' and '.join(titles)}")


def _body(case: PageCase) -> str:
    return with_mark(as_confluence(case.text), case.publication.mark)


def _message(case: PageCase) -> str:
    return f"{case.publication.mark} version {case.version}"


def _written(case: PageCase, page: Page) -> Done:
    """Write down what stands there: the version that the page's own message names."""
    version = int(page.message.rpartition(" ")[2]) if page.message.startswith(_prefix(case.publication)) else 0
    return Done(partial(page_written, case.incident.id or 0, page.id, page.number, version or case.version))


def _prefix(there: Publication) -> str:
    return f"{there.mark} version "
