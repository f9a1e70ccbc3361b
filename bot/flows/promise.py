"""Promising what must follow: effects written in the same transaction as their cause.

One function per kind of effect, so that a search for ``slack.card`` finds who promises it and who keeps it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.flows.tx import Tx
from store.effects import add_effect, add_effects
from store.incidents import Incident
from store.types import Lane


def promise(
    tx: Tx,
    kind: str,
    *,
    workspace_id: int,
    incident_id: int | None = None,
    args: dict[str, Any] | None = None,
    order_key: str | None = None,
    merge_key: str | None = None,
    budget_key: str = "",
    lane: Lane = Lane.INTERACTIVE,
    due_at: datetime | None = None,
) -> int:
    """Write down one effect, which the outbox keeps, and return its id. See ``store.effects.Effect`` for the keys.

    What nobody waits for, such as a digest, an export or a partner's webhook, belongs in the batch lane.
    """
    tx.promised = True
    values = {
        "workspace_id": workspace_id,
        "incident_id": incident_id,
        "kind": kind,
        "args": args or {},
        "order_key": order_key,
        "merge_key": merge_key,
        "budget_key": budget_key,
        "lane": lane,
        "created_at": tx.now,
        "due_at": due_at or tx.now,
    }
    return add_effect(tx.db, values)


@dataclass(frozen=True, slots=True)
class Alone:
    """One of many effects that are promised together: in no line, and covering no other."""

    args: dict[str, Any]
    budget_key: str = ""
    due_at: datetime | None = None


def promise_all(
    tx: Tx, kind: str, many: Sequence[Alone], *, workspace_id: int, incident_id: int | None = None, lane: Lane
) -> list[int]:
    """Write down effects of one kind in one statement, a tenth of the cost of one by one, and return their ids."""
    tx.promised = tx.promised or bool(many)
    same = {"workspace_id": workspace_id, "incident_id": incident_id, "kind": kind, "lane": lane, "created_at": tx.now}
    rows = [{"args": one.args, "budget_key": one.budget_key, "due_at": one.due_at or tx.now} for one in many]
    return add_effects(tx.db, same, rows)


def for_incident(
    tx: Tx,
    incident: Incident,
    kind: str,
    *,
    args: dict[str, Any] | None = None,
    order: str | None = None,
    merge: str = "",
    due_at: datetime | None = None,
) -> None:
    """Promise an effect about an incident. *order* names what it lines up behind; *merge* what one refresh covers.

    Announcements of all incidents share a channel, so they share a line.
    """
    line = incident.workspace_id if order == "announcements" else incident.id
    promise(
        tx,
        kind,
        workspace_id=incident.workspace_id,
        incident_id=incident.id,
        args=args,
        order_key=f"{order}:{line}" if order else None,
        merge_key=f"{kind}:{incident.id}:{merge}" if merge else None,
        due_at=due_at,
    )


def make_channel(tx: Tx, incident: Incident) -> None:
    """Promise a channel, and its card before whatever is posted there: it lines up behind the channel at once."""
    for_incident(tx, incident, "slack.create_channel", order="channel")
    for_incident(tx, incident, "slack.card", order="channel", merge="refresh")


def show_incident(tx: Tx, incident: Incident) -> None:
    """Promise that the card and the announcement will show the incident as it is when they are sent."""
    if incident.channel_id is not None:
        for_incident(tx, incident, "slack.card", order="channel", merge="refresh")
    announce(tx, incident)


def set_topic(tx: Tx, incident: Incident) -> None:
    """Promise that the topic will say how bad it is and where it stands. Slack tells the channel each time."""
    if incident.channel_id is not None:
        for_incident(tx, incident, "slack.topic", order="topic", merge="refresh")


def announce(tx: Tx, incident: Incident) -> None:
    """Promise that the announce channel will show the incident as it is when this is sent, or not at all.

    Whether it is announced is decided then: one that became private meanwhile is taken back.
    """
    for_incident(tx, incident, "slack.announcement", order="announcements", merge="refresh")


def show_checklist(tx: Tx, incident: Incident, run_id: int) -> None:
    """Promise that a checklist's living message will show the run as it is when it is sent."""
    if incident.channel_id is not None:
        for_incident(tx, incident, "slack.checklist", args={"run": run_id}, order="channel", merge=f"run {run_id}")


def tell(tx: Tx, incident: Incident, person_ref: str, what: str, **ids: Any) -> None:
    """Promise that one person hears something in private. *what* names the message; *ids* are what it is about."""
    for_incident(
        tx, incident, "slack.tell", args={"person": person_ref, "what": what, **ids}, order=f"tell {person_ref}"
    )
