"""Cases to draft postmortems from: one incident that people lived through, and ones played from a recording."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.core.case import Case
from bot.core.replay import Recording
from bot.core.timeline import Moment, folded
from store.actions import ActionItem
from store.types import ActionType, EntryKind, Precision, Priority, Severity, Status

START = datetime(2026, 11, 23, 23, 41, 5, tzinfo=UTC)
PEOPLE: Mapping[str, set[str]] = {
    "p-ana": {"Ana Lima", "ana", "U0ANA0001"},
    "p-bo": {"Bo Berg", "bo", "U0BO00001"},
    "p-cleo": {"Cleo Dahl", "@cleo"},
    "p-will": {"Will Ode", "will"},
}


class Record:
    """Appends entries as an incident goes; minutes count from when it was opened."""

    def __init__(self) -> None:
        self.moments: list[Moment] = []

    def add(
        self,
        minutes: float,
        kind: EntryKind,
        text: str | None = None,
        actor: str | None = "p-ana",
        source: str | None = None,
        /,
        *,
        revises: int | None = None,
        precision: Precision = Precision.SECOND,
        margin_s: int | None = None,
        **facts: Any,
    ) -> int:
        """Append an entry and return its number."""
        at = START + timedelta(minutes=minutes)
        seq = len(self.moments) + 1
        if "from_" in facts:
            facts["from"] = facts.pop("from_")
        self.moments.append(Moment(seq, kind, at, at, precision, margin_s, actor, source, revises, facts, text))
        return seq

    def case(self, **changes: Any) -> Case:
        """Return what was recorded as a case."""
        values: dict[str, Any] = {
            "key": "INC-7",
            "title": "Checkout is down",
            "severity": Severity.SEV1,
            "status": Status.RESOLVED,
            "opened_at": START,
            "resolved_at": START + timedelta(minutes=102),
            "moments": folded(self.moments),
            "people": PEOPLE,
        }
        return Case(**{**values, **changes})


def lived() -> Case:
    """An incident across midnight, with all that can happen to one."""
    record = Record()
    record.add(0, EntryKind.OPENED, "Checkout is down", severity="sev2", from_="slack")
    record.add(0.1, EntryKind.CHECKLIST, None, None, checklist="first-five-minutes", event="started")
    record.add(0.5, EntryKind.ROLE, role="incident_commander", person="p-ana")
    record.add(-4, EntryKind.MESSAGE, "errors at *48 %* <@U0ANA0001>", "p-bo", "slack:C1AB/1700000000.000100")
    step: dict[str, Any] = {"checklist": "first-five-minutes", "position": 1}
    record.add(1.5, EntryKind.STEP, "2 deploys", "p-bo", **step, step="changed", outcome="done", title="What changed?")
    record.add(3, EntryKind.IMPACT, "Card payments fail for 1,200 orders (from 23:31 UTC)")
    record.add(4, EntryKind.SEVERITY, from_="sev2", to="sev1")
    record.add(5, EntryKind.ROLE, role="communications", person="p-cleo")
    record.add(7, EntryKind.UPDATE, "We are looking into it.", "p-cleo", next_in_minutes=20)
    record.add(
        9, EntryKind.STEP, "no old build is kept", "p-bo", **step, step="back", outcome="skipped", title="Roll back?"
    )
    record.add(14, EntryKind.STATUS, "Cleo's deploy halved the pool", "p-bo", from_="investigating", to="identified")
    record.add(27, EntryKind.UPDATE_MISSED, None, None, due_at="2026-11-24T00:08:05+00:00")
    record.add(28, EntryKind.DELIVERY_FAILED, None, None, kind="invite", effect=12, reason="account deactivated")
    record.add(31, EntryKind.ROLE, role="incident_commander", person="p-will", before="p-ana")
    record.add(70, EntryKind.STATUS, None, "p-will", from_="identified", to="monitoring")
    note = record.add(71, EntryKind.NOTE, "Rollback finshed", "p-bo")
    record.add(71.5, EntryKind.REVISION, "Rollback finished", "p-bo", revises=note)
    regretted = record.add(72, EntryKind.NOTE, "a hasty word", "p-bo")
    record.add(72.2, EntryKind.WITHDRAWAL, None, "p-bo", revises=regretted)
    record.add(102, EntryKind.STATUS, "Errors are back to 0.2 %", "p-will", from_="monitoring", to="resolved")
    record.add(115, EntryKind.POSTMORTEM, "The limit came from a default.", "p-will", section="root_cause")
    item = ActionItem(
        incident_id=1,
        number=1,
        title="Alert when `pool | eu` is over 80 %",
        owner="p-bo",
        priority=Priority.P1,
        type=ActionType.DETECT,
        due_on=date(2026, 12, 1),
        created_at=START,
    )
    return record.case(
        impact="Card payments fail for 1,200 orders (from 23:31 UTC)",
        roles={"incident_commander": "p-will", "communications": "p-cleo"},
        actions=[item],
        owner="p-will",
        step_minutes={"first-five-minutes": {"changed": 2, "back": 5}},
        slack_url="https://acme.slack.com",
        links=(("Incident page", "https://firstfive.example/incidents/INC-7"),),
    )


def played(recording: Recording, title: str = "A recorded incident") -> Case:
    """Return a recording as the case that its replay leaves behind."""
    lines: Sequence[Any] = recording.lines
    opened = Moment(1, EntryKind.OPENED, lines[0].occurred_at, START, facts={"from": "replay"}, text=title)
    moments = [
        Moment(
            seq,
            EntryKind.REPLAYED,
            line.occurred_at,
            START,
            line.precision,
            line.margin_s,
            facts={"role": line.role, "kind": line.kind, "line": line.number, "note": line.note},
            text=line.text,
        )
        for seq, line in enumerate(lines, 2)
    ]
    return Case(
        key="INC-1",
        title=title,
        severity=Severity.SEV1,
        status=Status.RESOLVED,
        opened_at=opened.occurred_at,
        resolved_at=max(moment.occurred_at for moment in moments),
        moments=folded([opened, *moments]),
    )
