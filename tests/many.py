"""Many incidents at once, written as rows: for what is asked of thousands, and for pictures of a busy year."""

import json
import random
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert

from bot.core.measures import QUARTER, RULES
from bot.flows.tx import Tx
from store.actions import ActionItem
from store.incidents import Incident
from store.measures import Measure
from store.people import Person
from store.postmortems import Postmortem
from store.types import ActionState, ActionType, PostmortemState, Priority, Severity, Status
from store.workspaces import home_workspace

TITLES = ("checkout is down", "search is slow", "logins fail", "payments time out", "reports are late")
THEMES = (
    *("a change shortly before", "no alert or dashboard", "a long time to detect", "attempts or checks that failed"),
    *("no runbook or documentation", "work by hand", "skipped steps of a checklist", "something expired"),
)
ZONES = ("Europe/Madrid", "America/New_York", "Asia/Kolkata", None)


def many(tx: Tx, count: int, days: int, seed: int = 7, first: int = 1) -> None:
    """Write *count* incidents of *days* days, from a number on, with measures, items and postmortems."""
    chance, workspace_id = random.Random(seed), home_workspace(tx.db)
    connection = tx.db.connection()
    people = [f"{number:016x}" for number in range(12)]
    connection.execute(
        insert(Person),
        [
            {"ref": ref, "workspace_id": workspace_id, "account": f"U0MANY{number:03}", "zone": ZONES[number % 4]}
            for number, ref in enumerate(people)
        ],
    )
    incidents, measures, actions, postmortems = list[dict[str, Any]](), [], [], []
    for number in range(first, first + count):
        opened = tx.now - timedelta(days=days) * (1 - (number - first + 1) / (count + 1))
        opened += timedelta(hours=chance.gauss(0, 6)) if number < first + count - 1 else timedelta()
        severity = chance.choices(list(Severity), (1, 4, 7, 3))[0]
        took = timedelta(seconds=chance.lognormvariate(8.3 + 0.4 * list(Severity).index(severity), 1.0))
        over = opened + took if opened + took < tx.now else None
        incidents.append(_incident(workspace_id, number, severity, opened, over, chance, people[number % 12]))
        if over is None:
            continue
        measures.append(_measure(number, opened, took, chance, people))
        actions += _actions(number, over, tx.now, chance, people)
        due = over + timedelta(days=7)
        published = over + timedelta(days=chance.lognormvariate(1.6, 0.7))
        done = published < tx.now and chance.random() < 0.8
        postmortems.append(
            {
                "incident_id": number,
                "owner": people[number % 12],
                "due_at": due,
                "created_at": over,
                "state": PostmortemState.PUBLISHED if done else PostmortemState.DRAFT,
                "published_at": published if done else None,
            }
        )
    for table, rows in ((Incident, incidents), (Measure, measures), (ActionItem, actions), (Postmortem, postmortems)):
        connection.execute(insert(table), rows)


def _incident(
    workspace_id: int,
    number: int,
    severity: Severity,
    at: datetime,
    over: datetime | None,
    chance: random.Random,
    by: str,
) -> dict[str, Any]:
    return {
        "workspace_id": workspace_id,
        "number": number,
        "request_id": f"many-{number}",
        "title": chance.choice(TITLES),
        "severity": severity,
        "status": Status.RESOLVED if over else Status.INVESTIGATING,
        "private": False,
        "test": False,
        "declared_by": by,
        "opened_at": at,
        "resolved_at": over,
        "update_nudges": 0,
        "entry_count": 30,
        "head": b"",
    }


def _measure(
    number: int, opened: datetime, took: timedelta, chance: random.Random, people: list[str]
) -> dict[str, Any]:
    whole = round(took.total_seconds())
    impact = -round(chance.lognormvariate(5.5, 1.2))
    detected = impact + round(-impact * chance.random())
    acknowledged = round(chance.lognormvariate(4.6, 0.9))
    quarter = int(opened.timestamp()) // QUARTER
    there = chance.sample(people, chance.randint(1, 4))
    return {
        "incident_id": number,
        "entries": 30,
        "rules": RULES,
        "impact_s": impact if chance.random() < 0.7 else None,
        "detected_s": detected if chance.random() < 0.8 else None,
        "paged_s": None,
        "declared_s": 0,
        "acknowledged_s": acknowledged if chance.random() < 0.85 else None,
        "updated_s": round(chance.lognormvariate(6.5, 0.8)) if chance.random() < 0.6 else None,
        "mitigated_s": round(whole * 0.7) if chance.random() < 0.7 else None,
        "resolved_s": whole,
        "loose": '["detected"]' if chance.random() < 0.1 else "[]",
        "themes": json.dumps(chance.sample(THEMES, chance.randint(0, 3))),
        "acts": json.dumps({who: [quarter + n for n in range(chance.randint(1, 5))] for who in there}),
    }


def _actions(
    number: int, over: datetime, now: datetime, chance: random.Random, people: list[str]
) -> list[dict[str, Any]]:
    rows = []
    for place in range(1, chance.randint(0, 3) + 1):
        settled = over + timedelta(days=chance.lognormvariate(3, 0.8))
        state = chance.choices(list(ActionState), (2, 7, 1))[0] if settled < now else ActionState.OPEN
        rows.append(
            {
                "incident_id": number,
                "number": place,
                "title": chance.choice(
                    ("alert on a full pool", "write the runbook", "limit retries", "test the restore")
                ),
                "owner": chance.choice(people) if chance.random() < 0.8 else None,
                "priority": chance.choices(list(Priority), (1, 3, 5, 2))[0],
                "type": chance.choice(list(ActionType)),
                "due_on": (over + timedelta(days=chance.choice((7, 14, 30, 90)))).date(),
                "state": state,
                "created_at": over,
                "settled_at": None if state is ActionState.OPEN else settled,
                "done_when": None,
            }
        )
    return rows
