"""Slots that were run: the latest of each job, so that none is run twice, by whichever process."""

from datetime import date, datetime

from sqlalchemy import bindparam, delete, func
from sqlmodel import Session, SQLModel, col, select

from store.columns import Utc, Word, fact
from store.db import insert_once
from store.types import SlotState


class JobSlot(SQLModel, table=True):
    """One nominal day of one job, written in the transaction of whatever the job did then."""

    __tablename__ = "job_slot"

    job: str = fact(primary_key=True)
    day: date = fact(primary_key=True)
    due_at: datetime = fact(sa_type=Utc, index=True)
    run_at: datetime = fact(sa_type=Utc)
    state: SlotState = fact(sa_type=Word(SlotState))


_LATEST = select(func.max(JobSlot.day)).where(col(JobSlot.job) == bindparam("of"))


def latest_day(db: Session, job: str) -> date | None:
    """Return the latest nominal day that a job had, or None when it is new."""
    day: date | None = db.connection().execute(_LATEST, {"of": job}).scalar()
    return day


def take_slot(db: Session, job: str, day: date, due_at: datetime, now: datetime, state: SlotState) -> bool:
    """Take a job's slot for this transaction; False when somebody had it before."""
    return insert_once(db, JobSlot, {"job": job, "day": day, "due_at": due_at, "run_at": now, "state": state})


def forget_slots(db: Session, before: datetime) -> int:
    """Drop slots that fell due before a time, and return how many."""
    return db.connection().execute(delete(JobSlot).where(col(JobSlot.due_at) < before)).rowcount
