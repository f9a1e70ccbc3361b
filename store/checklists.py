"""Checklist runs: a checklist being walked through in one incident, step by step."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Index, insert
from sqlalchemy.orm import aliased
from sqlmodel import Session, SQLModel, col, select

from store.columns import Utc, Word, fact, reference
from store.incidents import LIVE, Incident, visible_to
from store.types import StepState


class ChecklistRun(SQLModel, table=True):
    """One checklist in one incident. It keeps the definition it started with, whatever happens to the file."""

    __tablename__ = "checklist_run"
    __table_args__ = (Index("checklist_run_once", "incident_id", "checklist_id", unique=True),)

    id: int | None = fact(None, primary_key=True)
    incident_id: int = fact(foreign_key="incident.id")
    checklist_id: str = fact()
    definition: str = fact()
    started_at: datetime = fact(sa_type=Utc)
    finished_at: datetime | None = fact(None, sa_type=Utc)


class StepRun(SQLModel, table=True):
    """One step of a run. ``position`` counts from 1, as people say it: /incident check done 3."""

    __tablename__ = "step_run"
    __table_args__ = (Index("step_run_due", "due_at"),)

    run_id: int = fact(primary_key=True, foreign_key="checklist_run.id")
    position: int = fact(primary_key=True)
    step_id: str = fact()
    state: StepState = fact(StepState.OPEN, sa_type=Word(StepState))
    assignee: str | None = reference(None)
    due_at: datetime | None = fact(None, sa_type=Utc)
    nudged: bool = fact(False)
    settled_by: str | None = reference(None)
    settled_at: datetime | None = fact(None, sa_type=Utc)
    entry_seq: int | None = fact(None)


_ADD_STEPS = insert(StepRun)


def add_steps(db: Session, steps: Sequence[Mapping[str, Any]]) -> None:
    """Add the steps of a run that just started, all at once."""
    db.connection().execute(_ADD_STEPS, steps)


def run_by_id(db: Session, run_id: int) -> ChecklistRun | None:
    """Return a run by its row id."""
    return db.get(ChecklistRun, run_id)


def runs_of(db: Session, incident_id: int) -> list[ChecklistRun]:
    """Return an incident's checklist runs, oldest first."""
    return list(
        db.exec(select(ChecklistRun).where(ChecklistRun.incident_id == incident_id).order_by(col(ChecklistRun.id)))
    )


def steps_of(db: Session, run_id: int) -> list[StepRun]:
    """Return a run's steps in their order."""
    return list(db.exec(select(StepRun).where(StepRun.run_id == run_id).order_by(col(StepRun.position))))


def step_of(db: Session, run_id: int, position: int) -> StepRun | None:
    """Return one step of a run."""
    return db.get(StepRun, (run_id, position))


def steps_overdue(db: Session, now: datetime, limit: int = 100) -> list[tuple[StepRun, ChecklistRun]]:
    """Return open steps of live incidents that are past their time and were not nudged about yet."""
    statement = (
        select(StepRun, ChecklistRun)
        .join(ChecklistRun, col(ChecklistRun.id) == col(StepRun.run_id))
        .join(Incident, col(Incident.id) == col(ChecklistRun.incident_id))
        .where(
            col(StepRun.due_at) <= now,
            StepRun.state == StepState.OPEN,
            col(StepRun.nudged).is_(False),
            col(Incident.status).in_(LIVE),
        )
        .order_by(col(StepRun.due_at))
        .limit(limit)
    )
    return list(db.exec(statement))


def open_steps_of(db: Session, person_ref: str, limit: int = 20) -> list[tuple[StepRun, ChecklistRun, Incident]]:
    """Return a person's open steps in incidents that are not closed, the first due first."""
    statement = (
        select(StepRun, ChecklistRun, Incident)
        .join(ChecklistRun, col(ChecklistRun.id) == col(StepRun.run_id))
        .join(Incident, col(Incident.id) == col(ChecklistRun.incident_id))
        .where(
            StepRun.assignee == person_ref,
            StepRun.state == StepState.OPEN,
            col(Incident.closed_at).is_(None),
            visible_to(person_ref),
        )
        .order_by(col(StepRun.due_at).is_(None), col(StepRun.due_at), col(StepRun.run_id), col(StepRun.position))
        .limit(limit)
    )
    return list(db.exec(statement))


def runs_to_follow(
    db: Session, first: str, then: str, started_before: datetime, limit: int = 100
) -> list[tuple[ChecklistRun, Incident]]:
    """Return runs of *first* in live incidents, started by then, in whose incident *then* was never started."""
    follower = aliased(ChecklistRun)
    followed = select(follower.id).where(
        follower.incident_id == ChecklistRun.incident_id, col(follower.checklist_id) == then
    )
    statement = (
        select(ChecklistRun, Incident)
        .join(Incident, col(Incident.id) == col(ChecklistRun.incident_id))
        .where(
            ChecklistRun.checklist_id == first,
            col(ChecklistRun.started_at) <= started_before,
            col(Incident.status).in_(LIVE),
            ~followed.exists(),
        )
        .order_by(col(ChecklistRun.id))
        .limit(limit)
    )
    return list(db.exec(statement))
