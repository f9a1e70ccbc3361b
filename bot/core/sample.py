"""A sample incident to look at templates with, read from a file: a line about the incident, then its entries."""

import json
from datetime import date, datetime, timedelta
from typing import Any

from bot.core.case import Case
from bot.core.draft import Draft
from bot.core.postmortem import draft
from bot.core.timeline import Moment, folded
from store.actions import ActionItem
from store.types import ActionType, EntryKind, Priority, Severity, Status


def sample(text: str, severity: Severity | None = None, team: str = "") -> Draft:
    """Return the draft of the sample incident, as one of a *team* at a *severity*."""
    about, *lines = [json.loads(line) for line in text.splitlines() if line.strip()]
    opened = datetime.fromisoformat(about["opened_at"])
    moments = [_moment(seq, line, opened) for seq, line in enumerate(lines, 1)]
    return draft(
        Case(
            key=about["key"],
            title=about["title"],
            severity=severity or Severity(about["severity"]),
            status=Status.RESOLVED,
            opened_at=opened,
            resolved_at=datetime.fromisoformat(about["resolved_at"]),
            due_at=datetime.fromisoformat(about["due_at"]),
            impact=about["impact"],
            moments=folded(moments),
            roles=about["roles"],
            people=about["people"],
            owner=about["owner"],
            links=[(name, address) for name, address in about["links"]],
            actions=[_action(number, values, opened) for number, values in enumerate(about["actions"], 1)],
            step_minutes={"first-five-minutes": {"changed": 5}},
            team=team,
        )
    )


def _moment(seq: int, line: dict[str, Any], opened: datetime) -> Moment:
    at = opened + timedelta(minutes=line["minute"])
    said = {"actor": line.get("actor"), "text": line.get("text"), "facts": line.get("facts", {})}
    return Moment(seq, EntryKind(line["kind"]), at, at, **said)


def _action(number: int, values: dict[str, Any], opened: datetime) -> ActionItem:
    return ActionItem(
        incident_id=0,
        number=number,
        title=values["title"],
        owner=values["owner"],
        priority=Priority(values["priority"]),
        type=ActionType(values["type"]),
        due_on=date.fromisoformat(values["due_on"]),
        created_at=opened,
    )
