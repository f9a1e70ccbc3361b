"""Make an incident private: from now on only those who take part can see it."""

from bot.errors import Refused
from bot.flows.asked import incident_asked_for, once
from bot.flows.promise import for_incident, make_channel, show_incident
from bot.flows.publish import publish
from bot.flows.record import record
from bot.flows.tx import Request, Tx
from store.incidents import Incident
from store.living import forget_living
from store.search import withdraw_text
from store.types import EntryKind, EventType


def make_private(tx: Tx, request: Request, key: str | None = None) -> Incident:
    """Hide an incident from lists, home, search and announcements, and move its work to a private channel.

    Slack offers bots no way to make a public channel private, so a new private one takes over. In the old one the bot's
    own messages go, its name says nothing, and it is archived; what people wrote there themselves stays readable.
    """
    once(tx, request)
    incident, who = incident_asked_for(tx, request, key)
    if incident.private:
        raise Refused(f"{incident.key} is private already.")
    incident.private = True
    tx.db.add(incident)
    withdraw_text(tx.db, incident.id or 0)
    record(tx, incident.id or 0, EntryKind.PRIVATE, actor=who, facts={"private": True})
    publish(tx, incident, EventType.INCIDENT_UPDATED, what="private")
    if incident.channel_id is not None:
        messages = forget_living(tx.db, incident.id or 0, incident.channel_id)
        for_incident(tx, incident, "slack.leave_public", args={"channel": incident.channel_id, "messages": messages})
        incident.channel_id = incident.channel_name = None
        make_channel(tx, incident)
    show_incident(tx, incident)
    return incident
