"""Lists of incidents for people who look for some: a page of them, and where the words stand that they typed."""

from dataclasses import dataclass
from itertools import chain

from bot.core.listing import Listing
from bot.core.search import Piece, Wanted, pieces, snippet, wanted
from bot.core.teams import team_of
from bot.flows.tx import Tx
from store.incidents import Incident
from store.listing import Filter, Place, count_listed, listed, place_of
from store.search import PublishedText, best_matches, having_words, numbered, published_texts

PAGE = 50  # incidents
GOING_ON = 100  # that are listed apart; with more, one narrows the list
COUNTED = 1000  # further than this nobody counts
LOOKED_AT = 2000  # incidents in which those of one team are looked for, for one page


@dataclass(frozen=True, slots=True)
class Line:
    """One incident of a list: its title in pieces, and where else the words stand: in what, and the text around."""

    incident: Incident
    title: tuple[Piece, ...]
    where: str = ""
    around: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class IncidentList:
    """A page of a list. ``going_on`` stand apart, before it; ``count`` is None where counting would cost too much.

    ``after`` is where the next page begins, None when there is none.
    """

    going_on: list[Line]
    lines: list[Line]
    count: int | None
    after: Place | None


def incident_list(tx: Tx, workspace_id: int, viewer: str | None, wish: Listing) -> IncidentList:
    """Return what *viewer* asks for, of what they may see."""
    if wish.by_match:
        return _matches(tx, workspace_id, viewer, wish)
    looked_for = wanted(wish.words)
    if wish.words and not looked_for:
        return IncidentList([], [], 0, None)
    also = having_words(tx.db, viewer, looked_for.beginnings) if looked_for else {}
    apart = _going_on(tx, workspace_id, viewer, wish) if wish.grouped else []
    asked = wish.filter(tx.rules.teams, "over" if wish.grouped else None)
    found, after = _page(tx, workspace_id, viewer, wish, asked, also)
    if wish.after is None and after is None:
        count: int | None = len(found)
    else:
        count = None if wish.team else count_listed(tx.db, workspace_id, viewer, asked, COUNTED + 1, **also)
    return IncidentList(_lines(tx, apart, looked_for), _lines(tx, found, looked_for), count, after)


def _going_on(tx: Tx, workspace_id: int, viewer: str | None, wish: Listing) -> list[Incident]:
    """Return what goes on, the worst first."""
    asked = wish.filter(tx.rules.teams, "live")
    found = _of_team(tx, wish, listed(tx.db, workspace_id, viewer, asked, limit=GOING_ON))
    return sorted(found, key=lambda incident: incident.severity)


def _page(
    tx: Tx, workspace_id: int, viewer: str | None, wish: Listing, asked: Filter, also: dict[str, object]
) -> tuple[list[Incident], Place | None]:
    """Return a page of incidents and where the next begins. For those of one team it looks further, up to a point."""
    found: list[Incident] = []
    place, looked_at = wish.after, 0
    while len(found) <= PAGE and looked_at < LOOKED_AT:
        limit = PAGE + 1 if not wish.team else 4 * PAGE
        some = listed(tx.db, workspace_id, viewer, asked, wish.order, place, limit=limit, **also)
        found += _of_team(tx, wish, some)
        looked_at += len(some)
        if len(some) < limit:
            return found[:PAGE], place_of(found[PAGE - 1]) if len(found) > PAGE else None
        place = place_of(some[-1])
    return found[:PAGE], place_of(found[PAGE - 1]) if len(found) > PAGE else place


def _of_team(tx: Tx, wish: Listing, found: list[Incident]) -> list[Incident]:
    teams = tx.rules.teams
    return [incident for incident in found if not wish.team or team_of(teams, incident).name == wish.team]


def _matches(tx: Tx, workspace_id: int, viewer: str | None, wish: Listing) -> IncidentList:
    """Return the best matches; an incident whose number was typed is the first."""
    looked_for, asked = wanted(wish.words), wish.filter(tx.rules.teams)
    if not looked_for:
        return IncidentList([], [], 0, None)
    first = numbered(tx.db, workspace_id, viewer, looked_for.number) if looked_for.number else []
    found = best_matches(tx.db, workspace_id, viewer, asked, looked_for.beginnings, limit=PAGE)
    every = list({incident.id: incident for incident in chain(first, _of_team(tx, wish, found))}.values())
    count = len(every) if len(found) < PAGE else None
    if count is None and not wish.team:
        also = having_words(tx.db, viewer, looked_for.beginnings)
        count = count_listed(tx.db, workspace_id, viewer, asked, COUNTED + 1, **also)
    return IncidentList([], _lines(tx, every, looked_for), count, None)


def _lines(tx: Tx, found: list[Incident], looked_for: Wanted) -> list[Line]:
    said = published_texts(tx.db, [incident.id or 0 for incident in found]) if looked_for else {}
    return [_line(incident, said.get(incident.id or 0), looked_for) for incident in found]


def _line(incident: Incident, said: PublishedText | None, looked_for: Wanted) -> Line:
    title = pieces(incident.title, looked_for)
    texts = [("impact", incident.impact or "")]
    if said:
        texts += [("summary", said.summary), ("contributing factors", said.factors), ("postmortem", said.rest)]
    for where, text in texts if looked_for else ():
        if around := snippet(text, looked_for):
            return Line(incident, title, where, around)
    return Line(incident, title)
