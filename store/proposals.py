"""Proposals: the wording that a language model proposed for a postmortem. None of it is ever a fact."""

from datetime import datetime

from sqlmodel import Session, SQLModel

from store.columns import Utc, fact, sealed


class Proposal(SQLModel, table=True):
    """What was proposed for one incident, by section, as JSON. ``asked`` counts how often; it is checked when read."""

    incident_id: int = fact(primary_key=True, foreign_key="incident.id")
    asked: int = fact(0)
    made_at: datetime | None = fact(None, sa_type=Utc)
    key_id: int | None = fact(None)
    body: bytes | None = sealed(None)


def proposal_of(db: Session, incident_id: int) -> Proposal | None:
    """Return what was proposed for an incident, or None."""
    return db.get(Proposal, incident_id)
