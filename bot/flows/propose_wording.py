"""Propose wording: ask a language model, where one is set up, and keep what it says apart from all that is known."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass

from bot.core import sealing
from bot.core.case import Case
from bot.core.postmortem import draft
from bot.core.proposals import SECTIONS, Told, asked, borne_out
from bot.flows.promise import promise
from bot.flows.record import open_key, sealing_key
from bot.flows.tx import Tx
from store.incidents import Incident, incident_by_id
from store.proposals import Proposal, proposal_of
from store.types import Lane

MOST = 3  # times that a model is asked about one incident


@dataclass(frozen=True, slots=True)
class Asking:
    """What a model is asked about one incident, as messages."""

    messages: tuple[dict[str, str], ...]


def want_wording(tx: Tx, incident: Incident) -> None:
    """Promise that a model is asked, if one is set up and may know of this incident."""
    if _may(tx, incident):
        promise(
            tx,
            "model.wording",
            workspace_id=incident.workspace_id,
            incident_id=incident.id,
            order_key=f"model:{incident.id}",
            merge_key=f"model.wording:{incident.id}",
            lane=Lane.BATCH,
        )


def wording_asked(tx: Tx, incident_id: int, case: Case) -> Asking | None:
    """Return what a model is asked; None when it may not know, or was asked often enough."""
    incident, proposal = incident_by_id(tx.db, incident_id), proposal_of(tx.db, incident_id)
    if incident is None or not _may(tx, incident) or (proposal and proposal.asked >= MOST):
        return None
    told = tuple(entries_of(case).values())
    return Asking(tuple(asked(draft(case).title, told))) if told else None


def count_asking(tx: Tx, incident_id: int) -> None:
    """Count that a model is asked, before it is: what it costs is spent whatever becomes of its answer."""
    proposal = proposal_of(tx.db, incident_id) or Proposal(incident_id=incident_id)
    proposal.asked += 1
    tx.db.add(proposal)


def keep_wording(incident_id: int, proposed: Mapping[str, list[str]], tx: Tx) -> None:
    """Keep what was proposed, sealed. Whether entries bear it out is looked at each time it is read."""
    proposal = proposal_of(tx.db, incident_id) or Proposal(incident_id=incident_id)
    text = json.dumps({name: proposed.get(name, []) for name in SECTIONS}, ensure_ascii=False)
    proposal.key_id, key = sealing_key(tx, "", incident_id)
    proposal.body = sealing.seal(key, os.urandom(sealing.NONCE), text, _context(incident_id))
    proposal.made_at = tx.now
    tx.db.add(proposal)


def proposed_wording(tx: Tx, incident_id: int, case: Case) -> Mapping[str, tuple[str, ...]]:
    """Return the sentences of a proposal that the entries bear out now, by section."""
    proposal = proposal_of(tx.db, incident_id)
    key = open_key(tx, proposal.key_id) if proposal and proposal.key_id else None
    if proposal is None or proposal.body is None or key is None or (case.private and not tx.rules.homes.private):
        return {}
    try:
        proposed = json.loads(sealing.unseal(key, proposal.body, _context(incident_id)))
    except sealing.CannotOpen:
        return {}
    return borne_out(proposed, entries_of(case), tx.rules.checked)


def entries_of(case: Case) -> dict[int, Told]:
    """Return the entries that hold a text and were not withdrawn, as a draft tells them: people are roles in it."""
    spoken = {moment.seq for moment in case.moments if moment.text and not moment.withdrawn}
    rows = (row for row in draft(case).rows if row.seq in spoken)
    return {row.seq: Told(row.seq, row.when, row.who, row.what) for row in rows}


def _may(tx: Tx, incident: Incident) -> bool:
    homes = tx.rules.homes
    return homes.model and not incident.test and (homes.private or not incident.private)


def _context(incident_id: int) -> bytes:
    return b"proposal %d" % incident_id
