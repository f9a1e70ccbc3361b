"""What a person's Home shows: what they must do now, their incidents, then everyone's."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot.core.checklists import from_snapshot
from bot.core.roles import COMMANDER
from bot.flows.tx import Tx
from store.actions import open_actions_of
from store.checklists import open_steps_of
from store.incidents import Incident, taking_part, visible_incidents
from store.people import person
from store.postmortems import postmortems_owned
from store.roles import updates_promised_by

Kind = Literal["step", "update", "action_item", "postmortem"]
SHOWN = 50  # incidents looked through


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing that a person must do. ``about`` names it to a button: an incident's key, then numbers."""

    kind: Kind
    incident: Incident
    text: str
    due_at: datetime | None
    about: str


@dataclass(frozen=True, slots=True)
class HomeView:
    """A person's Home. ``mine`` and ``others`` are open incidents, the newest first; private ones only of theirs."""

    account: str
    duties: tuple[Duty, ...]
    mine: tuple[Incident, ...]
    others: tuple[Incident, ...]


def home_view(tx: Tx, ref: str) -> HomeView | None:
    """Return a person's Home, or None when they were erased."""
    who = person(tx.db, ref)
    if who is None:
        return None
    duties = [*_steps(tx, ref), *_updates(tx, ref), *_actions(tx, ref, who.zone), *_postmortems(tx, ref)]
    never = datetime.max.replace(tzinfo=UTC)
    part = taking_part(tx.db, ref)
    live = visible_incidents(tx.db, who.workspace_id, ref, live=True, limit=SHOWN)
    return HomeView(
        account=who.account,
        duties=tuple(sorted(duties, key=lambda duty: duty.due_at or never)),
        mine=tuple(incident for incident in live if incident.id in part),
        others=tuple(incident for incident in live if incident.id not in part),
    )


def _steps(tx: Tx, ref: str) -> list[Duty]:
    found = []
    for step, run, incident in open_steps_of(tx.db, ref):
        text = from_snapshot(json.loads(run.definition)).steps[step.position - 1].text
        found.append(Duty("step", incident, text, step.due_at, f"{incident.key} {run.id} {step.position}"))
    return found


def _updates(tx: Tx, ref: str) -> list[Duty]:
    promised = updates_promised_by(tx.db, ref, COMMANDER)
    return [Duty("update", incident, "Public update", incident.update_due_at, incident.key) for incident in promised]


def _actions(tx: Tx, ref: str, zone: str | None) -> list[Duty]:
    """An action item is late once its day is over where its owner is."""
    found = []
    for item, incident in open_actions_of(tx.db, ref):
        over = datetime.combine(item.due_on + timedelta(days=1), time(), ZoneInfo(zone or "UTC"))
        due_at = (over - timedelta(seconds=1)).astimezone(UTC)
        found.append(Duty("action_item", incident, item.title, due_at, f"{incident.key} {item.number}"))
    return found


def _postmortems(tx: Tx, ref: str) -> list[Duty]:
    owned = postmortems_owned(tx.db, ref)
    return [
        Duty("postmortem", incident, "Postmortem", postmortem.due_at, incident.key) for postmortem, incident in owned
    ]
