"""List postmortems: what is overdue first, then what is due next, then the latest published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.named import called
from bot.errors import Unfit
from bot.flows.meet import names_of
from bot.flows.tx import Tx
from store.incidents import Incident
from store.people import people
from store.postmortem_list import Part, Place, Wanted, listed_postmortems
from store.postmortems import Postmortem

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the list. ``names`` are owners by reference, ``cursor`` is where the next page begins."""

    postmortems: Sequence[tuple[Postmortem, Incident]]
    names: Mapping[str, str]
    cursor: str | None


def list_postmortems(tx: Tx, wanted: Wanted, cursor: str = "", limit: int = SHOWN) -> Listed:
    """Return a page of the postmortems that somebody may see."""
    found = listed_postmortems(tx.db, wanted, tx.now, _place(cursor), limit + 1)
    shown = found[:limit]
    owners = people(tx.db, {row.owner for row, _, _ in shown if row.owner})
    return Listed(
        postmortems=[(row, incident) for row, incident, _ in shown],
        names={who.ref: called([who.account, *names_of(tx, who)]) for who in owners},
        cursor=_cursor(shown[-1][2]) if len(found) > limit else None,
    )


def _cursor(place: Place) -> str:
    return f"{place.part.value}_{place.at.isoformat()}_{place.incident_id}"


def _place(cursor: str) -> Place | None:
    if not cursor:
        return None
    try:
        part, at, number = cursor.split("_")
        place = Place(Part(int(part)), datetime.fromisoformat(at), int(number))
    except ValueError:
        raise Unfit("This cursor is none of ours. Begin without one.") from None
    if place.at.tzinfo is None or not 0 <= place.incident_id < 2**31:
        raise Unfit("This cursor is none of ours. Begin without one.")
    return place
