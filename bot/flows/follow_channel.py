"""Follow an incident's channel: who comes, that we were removed or came back, that it was archived or renamed."""

import json

from bot.core.roles import COMMANDER
from bot.flows.asked import incident_asked_for, once
from bot.flows.promise import set_topic, show_checklist, show_incident, tell
from bot.flows.record import record
from bot.flows.tx import Request, Tx
from store.checklists import runs_of
from store.incidents import Incident, incident_by_channel
from store.roles import holders
from store.timeline import latest_facts
from store.types import EntryKind

REMOVED, RETURNED, ARCHIVED, UNARCHIVED, RENAMED = "bot removed", "bot returned", "archived", "unarchived", "renamed"


def welcome(tx: Tx, request: Request) -> None:
    """Let somebody who joined the channel take part: of a private incident, they can see it from now on."""
    once(tx, request)
    incident_asked_for(tx, request)


def lose_channel(tx: Tx, request: Request) -> None:
    """Record that we were removed from an incident's channel, and tell its commander. Slack may say so twice."""
    incident = _incident(tx, request)
    if incident is None or _latest_event(tx, incident) == REMOVED:
        return
    _record(tx, incident, REMOVED)
    commander = holders(tx.db, incident.id or 0).get(COMMANDER, incident.declared_by)
    tell(tx, incident, commander, "bot_removed")


def regain_channel(tx: Tx, request: Request) -> None:
    """Record that we are back in an incident's channel, and show there what changed meanwhile."""
    incident = _incident(tx, request)
    if incident is not None and _latest_event(tx, incident) == REMOVED:
        _record(tx, incident, RETURNED)
        _show_again(tx, incident)


def follow_archiving(tx: Tx, request: Request, event: str) -> None:
    """Record that the channel was archived or unarchived; in an open one, show what changed meanwhile."""
    incident = _incident(tx, request)
    if incident is None:
        return
    _record(tx, incident, event)
    if event == UNARCHIVED:
        _show_again(tx, incident)


def follow_name(tx: Tx, request: Request, name: str) -> None:
    """Remember what an incident's channel is called now."""
    incident = _incident(tx, request)
    if incident is None or incident.channel_name == name:
        return
    incident.channel_name = name
    tx.db.add(incident)
    tx.db.flush()
    _record(tx, incident, RENAMED, text=name)


def _incident(tx: Tx, request: Request) -> Incident | None:
    """Return the incident whose channel this is, locked, or None. Raise Repeated for an event that was followed."""
    incident = incident_by_channel(tx.db, request.channel_id or "", lock=True)
    if incident is not None:
        once(tx, request)
    return incident


def _record(tx: Tx, incident: Incident, event: str, text: str | None = None) -> None:
    facts = {"event": event, "channel": incident.channel_id}
    record(tx, incident.id or 0, EntryKind.CHANNEL, text=text, facts=facts)


def _latest_event(tx: Tx, incident: Incident) -> object:
    return json.loads(latest_facts(tx.db, incident.id or 0, EntryKind.CHANNEL)).get("event")


def _show_again(tx: Tx, incident: Incident) -> None:
    show_incident(tx, incident)
    set_topic(tx, incident)
    for run in runs_of(tx.db, incident.id or 0):
        show_checklist(tx, incident, run.id or 0)
