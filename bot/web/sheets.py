"""Answers that a browser keeps as a file: CSV, with the mark that makes a spreadsheet read it as UTF-8."""

from collections.abc import Iterable, Sequence

from starlette.responses import Response

from bot.core.access import Viewer
from bot.core.sheet import Cell, sheet
from bot.flows.keep_account import account_for
from bot.web.parts import Parts
from store.types import Audited


async def sheet_answer(
    parts: Parts, viewer: Viewer, name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> Response:
    """Return rows as the file *name*.csv, and keep account of who took them away."""
    await parts.house.do(account_for, viewer, Audited.EXPORTED, detail=f"{name}.csv")
    headers = {"Content-Disposition": f'attachment; filename="firstfive-{name}.csv"'}
    return Response("\ufeff" + sheet(head, rows), media_type="text/csv; charset=utf-8", headers=headers)
