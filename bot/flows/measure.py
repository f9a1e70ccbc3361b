"""Measure incidents that are over, so that insights need not open a timeline."""

import json
from collections.abc import Iterator

from bot.core.case import Case
from bot.core.measures import MARKS, RULES, measured
from bot.core.timeline import folded
from bot.flows.record import read_timeline
from bot.flows.tx import Tx
from store.incidents import Incident
from store.measures import keep_measure, unmeasured

MOST = 100  # incidents in one transaction
ENTRIES = 2_000  # and of their entries: what opens and writes them must not be waited for


def measure_incidents(tx: Tx) -> int:
    """Measure incidents that are over and were not measured as they stand; return how many. The rest comes later."""
    count = 0
    for incident in _fitting(unmeasured(tx.db, RULES, MOST)):
        _measure(tx, incident)
        count += 1
    return count


def _fitting(found: list[Incident]) -> Iterator[Incident]:
    """Yield as many as have few enough entries together, and always one."""
    room = ENTRIES
    for incident in found:
        if room < ENTRIES and incident.entry_count > room:
            return
        room -= incident.entry_count
        yield incident


def _measure(tx: Tx, incident: Incident) -> None:
    recorded = read_timeline(tx, incident.id or 0)
    case = Case(
        key=incident.key,
        title=incident.title,
        severity=incident.severity,
        status=incident.status,
        opened_at=incident.opened_at,
        resolved_at=incident.resolved_at,
        moments=folded(recorded),
    )
    found = measured(case, recorded)
    keep_measure(
        tx.db,
        {
            "incident_id": incident.id,
            "entries": incident.entry_count,
            "rules": RULES,
            **{f"{mark.name.lower()}_s": seconds for mark, seconds in zip(MARKS, found.offsets, strict=True)},
            "loose": json.dumps(sorted(found.loose)),
            "themes": json.dumps(found.themes),
            "acts": json.dumps(found.acts),
        },
    )
