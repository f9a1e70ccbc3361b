"""A postmortem outside: promise that it stands there, know what is to, and ask its owner before writing over others.

Only published versions go out, and never those of private incidents and tests.
"""

import os
from dataclasses import dataclass

from bot.core import sealing
from bot.core.homes import differing, mark_of
from bot.errors import Refused
from bot.flows.asked import incident_asked_for, once
from bot.flows.promise import promise, tell
from bot.flows.record import open_key, sealing_key
from bot.flows.tx import Request, Tx
from bot.flows.versions import versions
from bot.formats.confluence import as_confluence
from store.incidents import Incident, incident_by_id
from store.postmortems import postmortem_of
from store.publications import Publication, publication_of, want_publication
from store.types import Lane

CONFLUENCE, CANVAS = "confluence", "canvas"
GONE = 0  # the number of a page that was deleted


@dataclass(frozen=True, slots=True)
class PageCase:
    """What is to stand at a home now: the *text* of a *version*, and how it stands there so far."""

    incident: Incident
    publication: Publication
    title: str
    text: str
    version: int


@dataclass(frozen=True, slots=True)
class Drift:
    """What somebody else did to a page: its number and the lines that differ from ours; none when it was deleted."""

    number: int
    lines: tuple[str, ...]


def publish_outside(tx: Tx, incident: Incident) -> None:
    """Promise that the latest version stands at every home that is set up."""
    if incident.private or incident.test:
        return
    if tx.rules.homes.confluence:
        _want(tx, incident, CONFLUENCE, "confluence.page")
    if incident.channel_id is not None:
        _want(tx, incident, CANVAS, "slack.canvas")


def page_case(tx: Tx, incident_id: int, home: str = CONFLUENCE) -> PageCase | None:
    """Return what is to stand at a home; None when nothing is: it became private, or was never published."""
    incident, there = incident_by_id(tx.db, incident_id), publication_of(tx.db, incident_id, home)
    postmortem, written = postmortem_of(tx.db, incident_id), versions(tx, incident_id)
    if incident is None or there is None or incident.private or not written:
        return None
    if postmortem is None or postmortem.published_at is None:
        return None
    latest = written[-1]
    return PageCase(incident, there, f"{incident.key}: {incident.title}", latest.text, latest.number)


def begin_page(tx: Tx, incident_id: int, home: str = CONFLUENCE) -> None:
    """Write down that a home is asked to make a page, before it is, so that a lost answer is looked for."""
    there = publication_of(tx.db, incident_id, home)
    assert there is not None
    there.asked_at = tx.now
    tx.db.add(there)


def end_page(tx: Tx, incident_id: int, home: str = CONFLUENCE) -> None:
    """Write down that a home did not make what it was asked for, and said so."""
    there = publication_of(tx.db, incident_id, home)
    assert there is not None
    there.asked_at = None
    tx.db.add(there)


def page_written(incident_id: int, place: str, remote: int, version: int, tx: Tx, home: str = CONFLUENCE) -> None:
    """Write down which version stands where. A version that was published meanwhile follows."""
    there, incident = publication_of(tx.db, incident_id, home), incident_by_id(tx.db, incident_id)
    assert there is not None
    assert incident is not None
    there.place, there.remote, there.version = place, remote, version
    there.drifted = there.allowed = there.theirs = there.key_id = None
    tx.db.add(there)
    written = versions(tx, incident_id)
    if written and written[-1].number > version:
        publish_outside(tx, incident)


def page_drifted(incident_id: int, number: int, theirs: str, tx: Tx) -> None:
    """Write down that somebody else wrote on the page or deleted it, and ask its owner, once for each such change."""
    there, incident = publication_of(tx.db, incident_id, CONFLUENCE), incident_by_id(tx.db, incident_id)
    assert there is not None
    assert incident is not None
    there.key_id, key = sealing_key(tx, "", incident_id)
    there.theirs = sealing.seal(key, os.urandom(sealing.NONCE), theirs, _context(incident_id))
    there.drifted, there.allowed = number, None
    tx.db.add(there)
    postmortem = postmortem_of(tx.db, incident_id)
    tell(tx, incident, (postmortem and postmortem.owner) or incident.declared_by, "page_drifted", page=number)


def page_drift(tx: Tx, incident_id: int, number: int) -> Drift | None:
    """Return how the page differs from what we wrote; None when that was settled, or is another change by now."""
    there = publication_of(tx.db, incident_id, CONFLUENCE)
    if there is None or there.drifted != number:
        return None
    key = open_key(tx, there.key_id) if there.key_id else None
    try:
        theirs = sealing.unseal(key, there.theirs, _context(incident_id)) if key and there.theirs else ""
    except sealing.CannotOpen:
        theirs = ""
    ours = next((each.text for each in versions(tx, incident_id) if each.number == there.version), "")
    return Drift(number, tuple(differing(as_confluence(ours), theirs)) if number != GONE else ())


def write_over(tx: Tx, request: Request, number: int, key: str | None = None) -> Incident:
    """Let our latest version replace what somebody else wrote as the page's *number*, and nothing later than that."""
    once(tx, request)
    incident, there = _drifted(tx, request, number, key)
    there.allowed = number
    if number == GONE:
        there.asked_at = None
    tx.db.add(there)
    publish_outside(tx, incident)
    return incident


def keep_theirs(tx: Tx, request: Request, number: int, key: str | None = None) -> Incident:
    """Leave the page as somebody else wrote it. The next version that is published asks again."""
    once(tx, request)
    incident, there = _drifted(tx, request, number, key)
    there.drifted = there.theirs = there.key_id = None
    tx.db.add(there)
    return incident


def _drifted(tx: Tx, request: Request, number: int, key: str | None) -> tuple[Incident, Publication]:
    incident, _ = incident_asked_for(tx, request, key)
    there = publication_of(tx.db, incident.id or 0, CONFLUENCE)
    if there is None or there.drifted != number:
        raise Refused(f"The page of {incident.key} was changed again, or this was settled before.")
    return incident, there


def _want(tx: Tx, incident: Incident, home: str, kind: str) -> None:
    incident_id = incident.id or 0
    want_publication(tx.db, incident_id, home, mark_of(incident.request_id, home))
    promise(
        tx,
        kind,
        workspace_id=incident.workspace_id,
        incident_id=incident_id,
        order_key=f"{home}:{incident_id}",
        merge_key=f"{kind}:{incident_id}:refresh",
        lane=Lane.BATCH,
    )


def _context(incident_id: int) -> bytes:
    return b"page %d" % incident_id
