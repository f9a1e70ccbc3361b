"""Attach the channel that was made for an incident, and promise everything that can go out now, side by side."""

from bot.flows.alert_groups import show_alerts
from bot.flows.promise import announce, for_incident, set_topic, show_checklist
from bot.flows.record import record
from bot.flows.tx import Tx
from store.alerts import group_of
from store.checklists import runs_of
from store.incidents import incident_by_id, participants
from store.types import EntryKind


def attach_channel(incident_id: int, channel_id: str, channel_name: str, tx: Tx) -> None:
    """Store an incident's channel at once, then promise invitations, card, announcement, topic and bookmark."""
    incident = incident_by_id(tx.db, incident_id, lock=True)
    if incident is None or incident.channel_id is not None:
        return
    incident.channel_id, incident.channel_name = channel_id, channel_name
    tx.db.add(incident)
    tx.db.flush()
    record(tx, incident_id, EntryKind.CHANNEL, facts={"event": "created", "channel": channel_id})
    for who in sorted(participants(tx.db, incident_id)):
        for_incident(tx, incident, "slack.invite", args={"person": who})
    for_incident(tx, incident, "slack.card", order="channel", merge="refresh")
    announce(tx, incident)
    set_topic(tx, incident)
    for_incident(tx, incident, "slack.bookmark")
    group = group_of(tx.db, incident_id)
    if group is not None:
        show_alerts(tx, group)
    for run in runs_of(tx.db, incident_id):
        show_checklist(tx, incident, run.id or 0)
