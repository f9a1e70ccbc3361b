"""Publications: where a postmortem stands outside, which of its versions is there, and who else wrote on it."""

from datetime import datetime

from sqlmodel import Session, SQLModel

from store.columns import Utc, fact, sealed
from store.db import insert_once


class Publication(SQLModel, table=True):
    """One postmortem at one ``home``: "confluence" or "canvas".

    ``mark``     stands on what we made, so that what was made although its answer was lost is found;
    ``place``    its id there; ``asked_at`` when the home was first asked to make it;
    ``version``  which of our versions is there; ``remote`` the home's own number of what we wrote;
    ``drifted``  the home's number of what somebody else wrote over it, 0 for gone, which its owner was told of;
    ``theirs``   what that says, sealed;
    ``allowed``  the number that the owner lets us write over.
    """

    incident_id: int = fact(primary_key=True, foreign_key="incident.id")
    home: str = fact(primary_key=True)
    mark: str = fact()
    asked_at: datetime | None = fact(None, sa_type=Utc)
    place: str | None = fact(None)
    version: int | None = fact(None)
    remote: int | None = fact(None)
    drifted: int | None = fact(None)
    key_id: int | None = fact(None)
    theirs: bytes | None = sealed(None)
    allowed: int | None = fact(None)


def publication_of(db: Session, incident_id: int, home: str) -> Publication | None:
    """Return how a postmortem stands at a home, or None where it was never meant to be."""
    return db.get(Publication, (incident_id, home))


def want_publication(db: Session, incident_id: int, home: str, mark: str) -> Publication:
    """Write down that a postmortem is to stand at a home, and return how it stands there."""
    insert_once(db, Publication, {"incident_id": incident_id, "home": home, "mark": mark})
    return db.get_one(Publication, (incident_id, home))
