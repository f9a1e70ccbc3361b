"""Sheets: CSV that a spreadsheet opens without running any of it."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

Cell = str | int | float | None

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # wide ones too


def sheet(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Return rows as CSV by RFC 4180. A text that a spreadsheet would run as a formula begins with an apostrophe.

    A number stays one, also below zero. https://owasp.org/www-community/attacks/CSV_Injection
    """
    written = StringIO()
    writer = csv.writer(written)
    writer.writerow(head)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return written.getvalue()


def _harmless(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip(" ").startswith(_FORMULA) else cell
