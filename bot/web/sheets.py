"""Answers that a browser keeps as a file: CSV, with the mark that makes a spreadsheet read it as UTF-8."""

from collections.abc import Iterable, Sequence

from starlette.responses import Response

from bot.core.sheet import Cell, sheet


def sheet_answer(name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """Return rows as the file *name*.csv."""
    headers = {"Content-Disposition": f'attachment; filename="firstfive-{name}.csv"'}
    return Response("\ufeff" + sheet(head, rows), media_type="text/csv; charset=utf-8", headers=headers)
