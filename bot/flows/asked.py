"""Who asks, about which incident, and whether they asked before."""

import re

from bot.errors import Refused
from bot.flows.meet import meet
from bot.flows.tx import Repeated, Request, Tx
from store.incidents import Incident, incident_by_channel, incident_by_number, may_see, take_part
from store.requests import first_time
from store.workspaces import home_workspace

_KEY = re.compile(r"(?:inc-?)?(\d{1,9})", re.IGNORECASE)


def asker(tx: Tx, request: Request) -> tuple[int, str]:
    """Return (workspace id, person's reference) of whoever asks."""
    workspace_id = home_workspace(tx.db, request.team).id or 0
    return workspace_id, meet(tx, workspace_id, request.account)


def once(tx: Tx, request: Request) -> None:
    """Raise Repeated when this request was served before; otherwise it is from now on, if this flow commits."""
    if not first_time(tx.db, request.id, tx.now):
        raise Repeated


def incident_asked_for(tx: Tx, request: Request, key: str | None = None) -> tuple[Incident, str]:
    """Return the incident that is meant, locked, and who asks.

    Without a key it is the one whose channel this is. What the asker may not see does not exist for them. Someone who
    acts in an incident takes part in it from then on.
    """
    workspace_id, who = asker(tx, request)
    if key:
        incident = _by_key(tx, workspace_id, key)
        if incident is None or not _allowed(tx, incident, request, who):
            raise Refused(f"There is no incident {key}. See them all: /incident list")
    else:
        incident = incident_by_channel(tx.db, request.channel_id, lock=True) if request.channel_id else None
        if incident is None:
            raise Refused("This is not an incident's channel. Go to that channel, or see them all: /incident list")
    take_part(tx.db, incident.id or 0, who)
    return incident, who


def incident_named(tx: Tx, request: Request, key: str) -> Incident:
    """Return another incident that a person names, locked. What they may not see does not exist for them."""
    workspace_id, who = asker(tx, request)
    incident = _by_key(tx, workspace_id, key)
    if incident is None or not _allowed(tx, incident, request, who):
        raise Refused(f"There is no incident {key}. See them all: /incident list")
    return incident


def _by_key(tx: Tx, workspace_id: int, key: str) -> Incident | None:
    match = _KEY.fullmatch(key.strip())
    return incident_by_number(tx.db, workspace_id, int(match[1]), lock=True) if match else None


def _allowed(tx: Tx, incident: Incident, request: Request, who: str) -> bool:
    """A person at a shell on the bot's own machine may name any incident; in Slack, only one they may see."""
    return request.team is None or request.channel_id == incident.channel_id or may_see(tx.db, incident, who)
