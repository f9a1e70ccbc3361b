"""Play a recorded incident: its lines become a timeline with their own times, and nothing is sent to anybody.

A replay is a test incident without a channel, a checklist or a promise. What its record says happened at its own times;
that it was recorded here happened now. It is played in three steps, so that a long recording holds up nobody: one
that is cut short stays an open test incident, to be closed or left.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.replay import Line
from bot.flows.asked import asker
from bot.flows.meet import meet
from bot.flows.open_incident import checked_title
from bot.flows.record import record
from bot.flows.tx import Request, Tx
from store.incidents import Incident, incident_by_id, take_part
from store.types import EntryKind, Severity, Status
from store.workspaces import next_number


@dataclass(frozen=True, slots=True)
class Replay:
    """An incident that a recording is being played into."""

    incident_id: int
    key: str


def begin_replay(tx: Tx, request: Request, title: str, severity: Severity, first: Line) -> Replay:
    """Open the incident at the time of its *first* line, which is the earliest, wherever it stands in the file."""
    workspace_id, who = asker(tx, request)
    incident = Incident(
        workspace_id=workspace_id,
        number=next_number(tx.db, workspace_id),
        request_id=request.id,
        title=checked_title(title),
        severity=severity,
        status=Status.INVESTIGATING,
        test=True,
        declared_by=who,
        opened_at=first.occurred_at,
    )
    tx.db.add(incident)
    tx.db.flush()
    incident_id = incident.id or 0
    take_part(tx.db, incident_id, who)
    record(
        tx,
        incident_id,
        EntryKind.OPENED,
        text=incident.title,
        facts={"severity": severity, "private": False, "test": True, "from": "replay"},
        occurred_at=first.occurred_at,
        precision=first.precision,
        margin_s=first.margin_s,
    )
    return Replay(incident_id, incident.key)


def replay_lines(tx: Tx, replay: Replay, lines: Sequence[Line]) -> None:
    """Append lines in the order of the recording, each by the role that its author had."""
    incident = incident_by_id(tx.db, replay.incident_id, lock=True)
    if incident is None:
        raise LookupError(f"no incident row {replay.incident_id}")
    for line in lines:
        facts = {"role": line.role, "kind": line.kind, "line": line.number, "precision": line.stated_precision}
        record(
            tx,
            replay.incident_id,
            EntryKind.REPLAYED,
            actor=meet(tx, incident.workspace_id, f"replay:{line.role}"),
            text=line.text,
            facts=facts | ({"note": line.note} if line.note else {}),
            occurred_at=line.occurred_at,
            precision=line.precision,
            margin_s=line.margin_s,
        )


def end_replay(tx: Tx, replay: Replay, last: Line) -> None:
    """Resolve the incident at the time of its *last* line, which is the latest, wherever it stands in the file."""
    incident = incident_by_id(tx.db, replay.incident_id, lock=True)
    if incident is None:
        raise LookupError(f"no incident row {replay.incident_id}")
    incident.status, incident.resolved_at = Status.RESOLVED, last.occurred_at
    tx.db.add(incident)
    record(
        tx,
        replay.incident_id,
        EntryKind.STATUS,
        facts={"from": Status.INVESTIGATING, "to": Status.RESOLVED},
        occurred_at=last.occurred_at,
        precision=last.precision,
        margin_s=last.margin_s,
    )
