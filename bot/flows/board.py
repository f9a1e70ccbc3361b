"""The board of action items, and the report of what is open, overdue and without an owner."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.core.board import By, Due, TicketState, Wish, due
from bot.core.named import called
from bot.core.teams import Team, team_of
from bot.flows.meet import names_of_all
from bot.flows.tx import Tx
from store.actions import ActionItem
from store.board import NOBODY, Place, Wanted, board_items
from store.dead_letters import Selection, dead_letters
from store.incidents import Incident
from store.people import active_people, find_person, people
from store.tickets import Ticket
from store.types import ActionState, Priority

PAGE = 60  # items
CHUNK = 200  # items read at once, where some are left out that the database cannot tell
MOST_PEOPLE = 300  # that a form proposes
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Card:
    """One action item on the board. ``owner`` is what they are called, ``refused`` why Jira did not take its ticket."""

    item: ActionItem
    incident: Incident
    team: Team
    due: Due
    owner: str
    account: str
    ticket: Ticket | None
    ticket_state: TicketState
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Board:
    """A page of the board: its columns in order, where the next begins, and ``people`` who can be given an item."""

    columns: Sequence[tuple[str, Sequence[Card]]]
    shown: int
    after: Place | None
    people: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TeamReport:
    """What one team has open. Each number but the first is a part of the first."""

    team: str
    open: int
    overdue: int
    ownerless: int
    unfiled: int
    oldest_due: date | None


def board(tx: Tx, workspace_id: int, viewer: str | None, wish: Wish) -> Board:
    """Return a page of the action items that *viewer* asks for and may see, the first due first."""
    looking, found = _Looking(tx, workspace_id, viewer, wish), list[Card]()
    for card in looking.cards():
        if len(found) == PAGE:
            last = found[-1].item
            return _board(tx, workspace_id, found, wish, Place(last.due_on, last.id or 0))
        found.append(card)
    return _board(tx, workspace_id, found, wish, None)


def all_cards(tx: Tx, workspace_id: int, viewer: str | None, wish: Wish) -> list[Card]:
    """Return all the action items that *viewer* asks for and may see."""
    return list(_Looking(tx, workspace_id, viewer, wish).cards())


def actions_report(tx: Tx, workspace_id: int, viewer: str | None) -> list[TeamReport]:
    """Return what each team has open, in the order of the settings."""
    of: dict[str, list[Card]] = {team.name: [] for team in tx.rules.teams}
    for card in _Looking(tx, workspace_id, viewer, Wish()).cards():
        of[card.team.name].append(card)
    return [_report(team, cards) for team, cards in of.items()]


def _report(team: str, cards: Sequence[Card]) -> TeamReport:
    return TeamReport(
        team=team,
        open=len(cards),
        overdue=sum(card.due is Due.OVERDUE for card in cards),
        ownerless=sum(card.item.owner is None for card in cards),
        unfiled=sum(card.ticket_state in (TicketState.REFUSED, TicketState.GONE) for card in cards),
        oldest_due=min((card.item.due_on for card in cards), default=None),
    )


class _Looking:
    """Looks for the cards of one wish. What a team, a day or Jira decides, the database is not asked."""

    def __init__(self, tx: Tx, workspace_id: int, viewer: str | None, wish: Wish) -> None:
        self._tx, self._workspace_id, self._viewer, self._wish = tx, workspace_id, viewer, wish
        dead = dead_letters(tx.db, Selection(kind="jira.ticket", workspace_id=workspace_id), 1000)
        self._refused = {(effect.incident_id, effect.args["number"]): effect.reason or "" for effect in dead}
        self._names: dict[str, tuple[str, str]] = {}

    def cards(self) -> Iterator[Card]:
        """Yield the cards that fit, from the wish's place on."""
        wanted, place = self._wanted(), self._wish.after
        while wanted is not None:
            args = (self._tx.db, self._workspace_id, self._viewer, wanted, place)
            rows = board_items(*args, limit=CHUNK)
            self._learn({item.owner for item, _, _ in rows if item.owner})
            for row in rows:
                card = self._card(*row)
                if self._fits(card):
                    yield card
            if len(rows) < CHUNK:
                return
            place = Place(rows[-1][0].due_on, rows[-1][0].id or 0)

    def _wanted(self) -> Wanted | None:
        """Return what the database is asked for; None when the owner is nobody that we know."""
        wish, owner = self._wish, self._wish.owner or None
        if owner not in (None, NOBODY):
            owner = find_person(self._tx.db, self._workspace_id, wish.owner)
            if owner is None:
                return None
        # Where it is tomorrow already, what falls due today is overdue.
        latest = self._tx.now.date() + 2 * A_DAY if wish.overdue else None
        return Wanted(wish.states, wish.priority, owner, latest)

    def _fits(self, card: Card) -> bool:
        wish = self._wish
        in_time = not wish.overdue or card.due is Due.OVERDUE
        return in_time and wish.team in ("", card.team.name) and wish.ticket in (None, card.ticket_state)

    def _card(self, item: ActionItem, incident: Incident, ticket: Ticket | None) -> Card:
        team = team_of(self._tx.rules.teams, incident)
        today = team.calendar.day_of(self._tx.now)
        account, name = self._names.get(item.owner or "", ("", "somebody who was erased" if item.owner else ""))
        refused = self._refused.get((item.incident_id, item.number))
        stands = due(item.state, item.due_on, today)
        return Card(
            item=item,
            incident=incident,
            team=team,
            due=stands,
            owner=name,
            account=account,
            ticket=ticket,
            ticket_state=_stands(ticket, refused is not None),
            refused=refused or "",
        )

    def _learn(self, refs: Collection[str]) -> None:
        self._names |= _names(self._tx, set(refs) - set(self._names))


def _stands(ticket: Ticket | None, refused: bool) -> TicketState:
    if ticket is None:
        return TicketState.NONE
    if ticket.gone_at is not None:
        return TicketState.GONE
    if ticket.issue_id is not None:
        return TicketState.FILED
    return TicketState.REFUSED if refused else TicketState.WAITING


def _board(tx: Tx, workspace_id: int, found: Sequence[Card], wish: Wish, after: Place | None) -> Board:
    columns: dict[str, list[Card]] = {}
    for card in found:
        columns.setdefault(_column(card, wish.by), []).append(card)
    order = _ORDERS.get(wish.by) or [team.name for team in tx.rules.teams]
    ranked = sorted(columns.items(), key=lambda row: order.index(row[0]) if row[0] in order else len(order))
    active = _names(tx, active_people(tx.db, workspace_id)[:MOST_PEOPLE])
    return Board(ranked, len(found), after, dict(sorted(active.values(), key=lambda row: row[1].casefold())))


def _column(card: Card, by: By) -> str:
    match by:
        case By.DUE:
            return card.due
        case By.PRIORITY:
            return card.item.priority
        case By.OWNER:
            return card.owner or "nobody yet"
        case By.TEAM:
            return card.team.name
        case By.STATE:
            return card.item.state
    return card.ticket_state


def _names(tx: Tx, refs: Collection[str]) -> dict[str, tuple[str, str]]:
    """Map references to accounts and to what people are called."""
    found = people(tx.db, refs)
    names = names_of_all(tx, found)
    return {who.ref: (who.account, called([who.account, *names[who.ref]])) for who in found}


_ORDERS: Mapping[By, Sequence[str]] = {
    By.DUE: list(Due),
    By.PRIORITY: list(Priority),
    By.OWNER: ["nobody yet"],
    By.STATE: list(ActionState),
    By.TICKET: list(TicketState),
}
