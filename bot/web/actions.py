"""/actions: the board of action items, what people do with them there, and the report for each team."""

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.core.access import Viewer
from bot.core.board import By, TicketState, Wish
from bot.errors import Refused
from bot.flows.act_on_item import act_on_item
from bot.flows.board import actions_report, all_cards, board
from bot.web.access import asking, needs
from bot.web.filled import filled, sent_once
from bot.web.page import page
from bot.web.parts import Parts
from bot.web.sheets import sheet_answer
from store.board import NOBODY
from store.types import ActionState, Priority, Scope

Reader = Annotated[Viewer, Depends(needs(Scope.ACTIONS_READ))]
Writer = Annotated[Viewer, Depends(needs(Scope.ACTIONS_WRITE))]
ROOT = "/actions"
HEAD = (
    *("incident", "number", "title", "state", "priority", "type", "owner", "team", "due", "stands", "ticket"),
    *("ticket_state", "done_when"),
)


def router(parts: Parts) -> APIRouter:
    """Return the routes of the board."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(ROOT)
    async def actions(request: Request, viewer: Reader) -> Response:
        """The action items that whoever asks may see, in columns."""
        return await _board(parts, request, viewer, Wish.asked(request.query_params))

    @routes.get(ROOT + ".csv")
    async def sheet(request: Request, viewer: Reader) -> Response:
        """The same as a sheet, all pages of it."""
        wish = Wish.asked(request.query_params)
        cards = await parts.house.read(all_cards, viewer.workspace_id, viewer.person, wish)
        return await sheet_answer(parts, viewer, "actions", HEAD, map(_cells, cards))

    @routes.get(ROOT + "/report")
    async def report(request: Request, viewer: Reader) -> Response:
        """What each team has open, overdue and without an owner."""
        found = await parts.house.read(actions_report, viewer.workspace_id, viewer.person)
        return page(request, "web/actions_report.html.j2", found=found, states=TicketState, nobody=NOBODY)

    @routes.get(ROOT + "/report.csv")
    async def report_sheet(viewer: Reader) -> Response:
        """The same as a sheet."""
        found = await parts.house.read(actions_report, viewer.workspace_id, viewer.person)
        head = ("team", "open", "overdue", "without_owner", "not_in_jira", "oldest_due")
        rows = ((r.team, r.open, r.overdue, r.ownerless, r.unfiled, _day(r.oldest_due)) for r in found)
        return await sheet_answer(parts, viewer, "actions-report", head, rows)

    @routes.post(ROOT + "/{key}/{number:int}")
    async def act(request: Request, viewer: Writer, key: str, number: int) -> Response:
        """Do with an item what a button says, and go back to the board as it was."""
        fields = await filled(request)
        wish = Wish.asked(dict(parse_qsl(fields.get("back", ""))))
        try:
            once = sent_once(viewer, fields, key, number, fields.get("act", ""))
            await parts.house.do(act_on_item, asking(viewer, once), key, number, fields)
        except Refused as refusal:
            return await _board(parts, request, viewer, wish, {f"{key} {number}": str(refusal)})
        query = wish.query(after=wish.after)
        return RedirectResponse(f"{ROOT}{f'?{query}' if query else ''}#{key}-{number}", 303)

    return routes


async def _board(
    parts: Parts, request: Request, viewer: Viewer, wish: Wish, refused: Mapping[str, str] | None = None
) -> Response:
    found = await parts.house.read(board, viewer.workspace_id, viewer.person, wish)
    return page(
        request,
        "web/actions.html.j2",
        422 if refused else 200,
        found=found,
        wish=wish,
        back=wish.query(after=wish.after),
        refused=refused or {},
        form=secrets.token_urlsafe(16),
        on_board={f"{card.incident.key} {card.item.number}" for _, cards in found.columns for card in cards},
        may_write=viewer.may(Scope.ACTIONS_WRITE),
        teams=parts.house.rules.teams,
        browse=parts.tickets,
        states=ActionState,
        priorities=Priority,
        ticket_states=TicketState,
        ways=By,
        nobody=NOBODY,
    )


def _cells(card: Any) -> list[str | int | None]:
    item = card.item
    owner, ticket = card.owner or None, card.ticket.key if card.ticket else None
    told = (item.state, item.priority, item.type, owner, card.team.name, _day(item.due_on), card.due, ticket)
    return [card.incident.key, item.number, item.title, *told, card.ticket_state, item.done_when]


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
