"""The ground: one row about the database as a whole, on which every process and every version of the code stands."""

from sqlalchemy import bindparam, update
from sqlmodel import Session, SQLModel, col, select

from store.columns import fact


class Ground(SQLModel, table=True):
    """The one row, which a migration makes.

    ``serves_from``  the revision of the oldest code that may still work here. A migration that takes away what older
                     code needs sets it; one that only adds leaves it;
    ``kek_id``       the key-encryption key that the first process brought, so that a second does not bring another.
    """

    id: int = fact(1, primary_key=True)
    serves_from: str = fact()
    kek_id: str | None = fact(None)


_BRING = update(Ground).where(col(Ground.kek_id).is_(None)).values(kek_id=bindparam("key"))
SERVES_FROM = "SELECT serves_from FROM ground"


def first_key(db: Session) -> str | None:
    """Return the id of the key that was brought first, or None before the first start."""
    return db.exec(select(Ground.kek_id)).first()


def bring_key(db: Session, kek_id: str) -> str | None:
    """Bring a key, unless one was brought before; return the id of the one that stands."""
    db.connection().execute(_BRING, {"key": kek_id})
    return first_key(db)
