"""The board that somebody asks for: which action items, in which columns, and where its page begins."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Self
from urllib.parse import urlencode

from store.board import NOBODY, Place
from store.types import ActionState, Priority

SOON = timedelta(days=7)


class By(StrEnum):
    """What makes the columns of a board."""

    DUE = "due"
    PRIORITY = "priority"
    OWNER = "owner"
    TEAM = "team"
    STATE = "state"
    TICKET = "ticket"


class TicketState(StrEnum):
    """Where the ticket of an item is."""

    FILED = "filed"
    WAITING = "waiting"
    REFUSED = "refused"
    GONE = "gone"
    NONE = "no ticket"


class Due(StrEnum):
    """How the date of an item stands to a team's day."""

    OVERDUE = "overdue"
    SOON = "within 7 days"
    LATER = "later"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for. ``state`` "" means all of them, ``owner`` is an account, ``NOBODY``, or "" for anybody.

    What cannot be understood is left out: an address that somebody typed shows a board, not an error.
    """

    state: str = ActionState.OPEN
    priority: Priority | None = None
    owner: str = ""
    team: str = ""
    overdue: bool = False
    ticket: TicketState | None = None
    by: By = By.DUE
    after: Place | None = None

    @classmethod
    def asked(cls, query: Mapping[str, str]) -> Self:
        """Return the board that the words of an address ask for."""
        state, priority = query.get("state", ActionState.OPEN), query.get("priority", "")
        ticket, by = query.get("ticket", ""), query.get("by", "")
        return cls(
            state=state if state in {*ActionState, "all"} else ActionState.OPEN,
            priority=Priority(priority) if priority in set(Priority) else None,
            owner=query.get("owner", "").strip(),
            team=query.get("team", ""),
            overdue=query.get("overdue") == "1",
            ticket=TicketState(ticket) if ticket in set(TicketState) else None,
            by=By(by) if by in set(By) else By.DUE,
            after=_place(query.get("after", "")),
        )

    @property
    def states(self) -> ActionState | None:
        """The state that is asked for, or None for all."""
        return None if self.state == "all" else ActionState(self.state)

    @property
    def ownerless(self) -> bool:
        """Whether what nobody has is asked for."""
        return self.owner == NOBODY

    def query(self, **changes: Any) -> str:
        """Return the words of an address that ask for this board, with changes. The first page, unless told where."""
        wish = replace(self, **{"after": None, **changes})
        pairs = [
            ("state", wish.state if wish.state != ActionState.OPEN else ""),
            ("priority", wish.priority or ""),
            ("owner", wish.owner),
            ("team", wish.team),
            ("overdue", "1" if wish.overdue else ""),
            ("ticket", wish.ticket or ""),
            ("by", wish.by if wish.by is not By.DUE else ""),
            ("after", f"{wish.after.due_on}.{wish.after.item_id}" if wish.after else ""),
        ]
        return urlencode([(name, str(value)) for name, value in pairs if value])


def due(state: ActionState, due_on: date, today: date) -> Due:
    """Return how the date of an item stands to a day."""
    if state is not ActionState.OPEN:
        return Due.SETTLED
    if due_on < today:
        return Due.OVERDUE
    return Due.SOON if due_on <= today + SOON else Due.LATER


def _place(word: str) -> Place | None:
    day, _, number = word.partition(".")
    try:
        return Place(date.fromisoformat(day), int(number)) if len(number) < 10 else None
    except ValueError:
        return None
