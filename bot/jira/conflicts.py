"""The rows that a ticket leaves to people: the first side by side in its text, all of them attached."""

import csv
import hashlib
import io
from collections.abc import Sequence
from typing import Any

from bot.core.conflicts import SHOWN, Conflict, as_table, differing
from bot.flows.file_conflicts import read_conflicts
from bot.flows.sync_ticket import sync_case
from bot.jira.desk import Desk
from bot.jira.text import Part, Table
from bot.outbox.outcome import NOTHING_TO_DO, Done
from store.effects import Claimed

LONGEST = 200  # characters of a value
HOW = "To decide all: label this ticket keep-a or keep-b, then close it. Row by row: firstfive conflicts."


def side_by_side(conflicts: Sequence[Conflict]) -> list[Part]:
    """Return each row with both versions and the base, the columns that differ marked, and what is suggested."""
    parts: list[Part] = []
    for one in conflicts:
        told = one.told
        named = ", ".join(f"{name} = {value}" for name, value in told["key"].items())
        parts.append([f"{one.table}, {named}. {one.cause}: {told['why']}."])
        parts.append(_table(one))
        keep = f"Suggested: keep {one.suggested.upper()}. " if one.suggested else ""
        parts.append([f"{keep}{one.because[:1].upper()}{one.because[1:]}."])
        if one.impact:
            impact = ", ".join(f"{name} {_shown(value)}" for name, value in one.impact.items())
            parts.append([f"Customer {one.customer}: {impact}."])
    if parts:
        parts.append([f"At most {SHOWN} rows stand here, all of them in the attached file. {HOW}"])
    return parts


def _table(one: Conflict) -> Table:
    a, b, base = one.told["a"], one.told["b"], one.told["base"]
    names, marked = list(dict.fromkeys([*(a or {}), *(b or {})])), differing(one.told)
    rows = [[name, *(_shown((row or {}).get(name)) if row else "no row" for row in (a, b, base))] for name in names]
    return Table(["", "A", "B", "base"], rows, frozenset(n for n, name in enumerate(names) if name in marked))


def _shown(value: Any) -> str:
    return "Null" if value is None else str(value)[:LONGEST]


async def attach_conflicts(desk: Desk, effect: Claimed) -> Done:
    """Attach every row of an item to its ticket, once: what it holds names the file, which is looked for first."""
    incident_id, number = effect.incident_id or 0, effect.args["number"]
    case = await desk.house.read(sync_case, incident_id, number)
    found = await desk.house.read(read_conflicts, incident_id, number)
    if case is None or case.case.incident.private or case.ticket.gone_at is not None or not found:
        return NOTHING_TO_DO
    content = _csv([conflict for _, conflict in found])
    name = f"conflicts-{hashlib.sha256(content).hexdigest()[:12]}.csv"
    issue = await desk.api.get(f"issue/{case.ticket.issue_id}", fields="attachment")
    if all(each["filename"] != name for each in issue["fields"].get("attachment") or []):
        await desk.api.attach(case.ticket.issue_id or "", name, content)
    return NOTHING_TO_DO


def _csv(conflicts: Sequence[Conflict]) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerows([[_harmless(cell) for cell in line] for line in as_table(conflicts)])
    return written.getvalue().encode()


def _harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "@", "\t", "\r") else cell
