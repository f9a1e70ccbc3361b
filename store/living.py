"""Living messages: where a message stands that is edited as the incident goes, instead of posted again."""

from sqlalchemy import bindparam
from sqlmodel import Session, SQLModel, select

from store.columns import fact


class LivingMessage(SQLModel, table=True):
    """One message in Slack. ``what`` is "card", "announcement" or "checklist:<run id>"."""

    __tablename__ = "living_message"

    incident_id: int = fact(primary_key=True, foreign_key="incident.id")
    what: str = fact(primary_key=True)
    channel_id: str = fact()
    ts: str = fact()


_OF_INCIDENT = select(LivingMessage).where(LivingMessage.incident_id == bindparam("incident"))


def living_of(db: Session, incident_id: int) -> dict[str, LivingMessage]:
    """Map what an incident's living messages show to where they stand."""
    return {message.what: message for message in db.scalars(_OF_INCIDENT, {"incident": incident_id})}


def place(db: Session, incident_id: int, what: str, channel_id: str, ts: str) -> None:
    """Remember where a living message stands."""
    db.merge(LivingMessage(incident_id=incident_id, what=what, channel_id=channel_id, ts=ts))
    db.flush()


def forget_living(db: Session, incident_id: int, channel_id: str) -> list[str]:
    """Forget the living messages of one channel, so that they are posted anew elsewhere; return their timestamps."""
    found = db.exec(
        select(LivingMessage).where(LivingMessage.incident_id == incident_id, LivingMessage.channel_id == channel_id)
    ).all()
    for message in found:
        db.delete(message)
    db.flush()
    return [message.ts for message in found]


def living_at(db: Session, channel_id: str, ts: str) -> LivingMessage | None:
    """Return what stands at a place in Slack, or None when that message is none of ours."""
    statement = select(LivingMessage).where(LivingMessage.channel_id == channel_id, LivingMessage.ts == ts)
    return db.exec(statement).first()
