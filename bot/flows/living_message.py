"""Living messages: remember where one was posted, and what to do about it next."""

from bot.flows.promise import for_incident
from bot.flows.tx import Tx
from store.incidents import incident_by_id
from store.living import forget_living, place


def placed(incident_id: int, what: str, channel_id: str, ts: str, tx: Tx) -> None:
    """Remember where a living message was posted. A card is pinned next."""
    place(tx.db, incident_id, what, channel_id, ts)
    incident = incident_by_id(tx.db, incident_id)
    if incident is not None and what == "card":
        for_incident(tx, incident, "slack.pin", args={"channel": channel_id, "ts": ts})


def taken_back(incident_id: int, channel_id: str, tx: Tx) -> None:
    """Forget the living messages of a channel."""
    forget_living(tx.db, incident_id, channel_id)
