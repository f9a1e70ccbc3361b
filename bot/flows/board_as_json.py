"""The board and its report as programs see them."""

from typing import Any

from bot.core.board import Due
from bot.flows.as_json import item_object
from bot.flows.board import Card, TeamReport
from bot.flows.tx import Tx


def card_object(tx: Tx, card: Card) -> dict[str, Any]:
    """Return an action item as it stands in its incident's object, with what the board knows beside it."""
    return {
        "incident": card.incident.key,
        "team": card.team.name,
        **item_object(tx, card.item),
        "overdue": card.due is Due.OVERDUE,
        "ticket_state": card.ticket_state,
        "ticket_refused": card.refused or None,
    }


def report_object(row: TeamReport) -> dict[str, Any]:
    """Return what a team has open."""
    return {
        "team": row.team,
        "open": row.open,
        "overdue": row.overdue,
        "without_owner": row.ownerless,
        "not_in_jira": row.unfiled,
        "oldest_due": row.oldest_due.isoformat() if row.oldest_due else None,
    }
