"""Who asks, about which incident, and whether they asked before."""

import re

from bot.core.wording import shortened
from bot.errors import Missing, Refused
from bot.flows.meet import meet
from bot.flows.tx import Repeated, Request, Tx
from store.incidents import Incident, incident_by_channel, incident_by_number, key_in_channel, may_see, take_part
from store.people import find_person, known_person
from store.requests import first_time
from store.workspaces import find_workspace, home_workspace

LONGEST_KEY = 40  # characters of a key that are repeated to whoever typed it

_KEY = re.compile(r"(?:inc-?)?([0-9]{1,9})", re.IGNORECASE)


def asker(tx: Tx, request: Request) -> tuple[int, str]:
    """Return (workspace id, person's reference) of whoever asks."""
    known = known_person(tx.db, request.team, request.account) if request.team else None
    if known is not None:
        return known
    workspace_id = home_workspace(tx.db, request.team)
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
    incident = _meant(tx, workspace_id, request, key, who, lock=True)
    take_part(tx.db, incident.id or 0, who)
    return incident, who


def timeline_asked_for(tx: Tx, request: Request, key: str | None = None) -> tuple[int, str, str]:
    """Return (row id, key, who asks) of the incident that is meant, for words that only write on its timeline."""
    _, who = asker(tx, request)
    here = key_in_channel(tx.db, request.channel_id, who) if request.channel_id and not key else None
    if here is None:
        incident, who = incident_asked_for(tx, request, key)
        return incident.id or 0, incident.key, who
    incident_id, key, takes_part = here
    if not takes_part:
        take_part(tx.db, incident_id, who)
    return incident_id, key, who


def incident_looked_at(tx: Tx, request: Request, key: str | None = None) -> int:
    """Return the row id of the incident that is meant, for reading alone. Who only looks takes no part."""
    workspace_id, viewer = onlooker(tx, request)
    return _meant(tx, workspace_id, request, key, viewer).id or 0


def onlooker(tx: Tx, request: Request) -> tuple[int, str | None]:
    """Return (workspace id, person's reference) of whoever looks, without remembering that they did."""
    workspace_id = find_workspace(tx.db, request.team) or 0
    return workspace_id, find_person(tx.db, workspace_id, request.account)


def incident_named(tx: Tx, request: Request, key: str) -> Incident:
    """Return another incident that a person names, locked. What they may not see does not exist for them."""
    workspace_id, who = asker(tx, request)
    return _meant(tx, workspace_id, request, key, who, lock=True)


def _meant(
    tx: Tx, workspace_id: int, request: Request, key: str | None, who: str | None, *, lock: bool = False
) -> Incident:
    if key:
        incident = _by_key(tx, workspace_id, key, lock)
        if incident is None or not _allowed(tx, incident, request, who):
            raise Missing(f"There is no incident {shortened(key, LONGEST_KEY)}. See them all: /incident list")
        return incident
    incident = incident_by_channel(tx.db, request.channel_id, lock=lock) if request.channel_id else None
    if incident is None:
        raise Refused("This is not an incident's channel. Go to that channel, or see them all: /incident list")
    return incident


def _by_key(tx: Tx, workspace_id: int, key: str, lock: bool) -> Incident | None:
    match = _KEY.fullmatch(key.strip())
    return incident_by_number(tx.db, workspace_id, int(match[1]), lock=lock) if match else None


def _allowed(tx: Tx, incident: Incident, request: Request, who: str | None) -> bool:
    """A person at a shell on the bot's own machine may name any incident; in Slack, only one they may see."""
    in_its_channel = request.channel_id is not None and request.channel_id == incident.channel_id
    return request.team is None or in_its_channel or may_see(tx.db, incident, who)
