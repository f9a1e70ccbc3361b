"""Walk people through a checklist: start it, settle its steps, and start what follows."""

import json
from dataclasses import dataclass
from datetime import timedelta

from bot.core.checklists import (
    After,
    Checklist,
    Finished,
    Moment,
    Step,
    due_at,
    from_snapshot,
    starting_on,
    to_snapshot,
)
from bot.core.wording import shortened
from bot.errors import Missing, Refused, Unfit
from bot.flows.asked import LONGEST_KEY, incident_asked_for, once
from bot.flows.meet import meet
from bot.flows.promise import show_checklist, tell
from bot.flows.record import record
from bot.flows.take_note import checked_text, optional_text
from bot.flows.take_role import invited
from bot.flows.tx import Request, Tx
from store.checklists import (
    ChecklistRun,
    StepRun,
    add_steps,
    runs_of,
    runs_to_follow,
    step_of,
    steps_of,
    steps_overdue,
)
from store.incidents import Incident, incident_by_id
from store.roles import holders
from store.types import EntryKind, StepState


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a step: its words, its checklist's title, and the step in hand now, None when all are settled."""

    step: str
    checklist: str
    next: str | None

    @property
    def finished(self) -> bool:
        return self.next is None


def start_on(tx: Tx, incident: Incident, event: Moment | Finished) -> None:
    """Start every checklist that waits for *event* and did not run in this incident yet."""
    for checklist in starting_on(event, tx.rules.checklists().values(), incident.severity):
        start(tx, incident, checklist)


def start(tx: Tx, incident: Incident, checklist: Checklist, by: str | None = None) -> ChecklistRun | None:
    """Start a checklist in an incident; None when it runs or ran there already."""
    incident_id = incident.id or 0
    if any(run.checklist_id == checklist.id for run in runs_of(tx.db, incident_id)):
        return None
    definition = json.dumps(to_snapshot(checklist))
    run = ChecklistRun(incident_id=incident_id, checklist_id=checklist.id, definition=definition, started_at=tx.now)
    tx.db.add(run)
    tx.db.flush()
    held = holders(tx.db, incident_id)
    steps = [
        {
            "run_id": run.id,
            "position": position,
            "step_id": step.id,
            "assignee": held.get(step.role or ""),
            "due_at": due_at(step, tx.now),
        }
        for position, step in enumerate(checklist.steps, 1)
    ]
    add_steps(tx.db, steps)
    facts = {"checklist": checklist.id, "title": checklist.title, "event": "started"}
    record(tx, incident_id, EntryKind.CHECKLIST, actor=by, facts=facts)
    show_checklist(tx, incident, run.id or 0)
    return run


def start_checklist(tx: Tx, request: Request, name: str, key: str | None = None) -> str:
    """Start a checklist by hand, by its id or the start of it, and return its title."""
    once(tx, request)
    incident, who = incident_asked_for(tx, request, key)
    known = tx.rules.checklists()
    wanted = name.strip().lower().replace(" ", "-")
    checklist = known.get(wanted) or next((known[id] for id in sorted(known) if wanted and id.startswith(wanted)), None)
    if checklist is None:
        raise Missing(f"There is no checklist {shortened(name, LONGEST_KEY)}. There are: {', '.join(sorted(known))}")
    if start(tx, incident, checklist, who) is None:
        raise Refused(f"{checklist.title} was started in this incident already. See it: /incident check")
    return checklist.title


def settle_step(
    tx: Tx,
    request: Request,
    position: int,
    state: StepState,
    text: str | None = None,
    *,
    run_id: int | None = None,
    key: str | None = None,
) -> Settled:
    """Mark a step done or skipped, which asks why. Without a run, a step of the checklist in hand."""
    once(tx, request)
    incident, who = incident_asked_for(tx, request, key)
    run, step_run, step = _step(tx, incident, run_id, position)
    if step_run.state is not StepState.OPEN:
        raise Refused(
            f"Step {position} is {step_run.state} already. Add what changed since: /incident note what you see"
        )
    text = optional_text(text)
    if state is StepState.SKIPPED and not text:
        raise Unfit(f"Say why it is skipped: /incident check skip {position} not our database")
    seq = _record(tx, incident, run, step_run, step, state.value, actor=who, text=text)
    step_run.state, step_run.settled_by, step_run.settled_at, step_run.entry_seq = state, who, tx.now, seq
    tx.db.add(step_run)
    tx.db.flush()
    checklist = from_snapshot(json.loads(run.definition))
    finished = all(other.state is not StepState.OPEN for other in steps_of(tx.db, run.id or 0))
    if finished:
        run.finished_at = tx.now
        tx.db.add(run)
        tx.db.flush()
        facts = {"checklist": run.checklist_id, "title": checklist.title, "event": "finished"}
        record(tx, incident.id or 0, EntryKind.CHECKLIST, facts=facts)
        if incident.live:
            start_on(tx, incident, Finished(run.checklist_id))
    show_checklist(tx, incident, run.id or 0)
    return _settled(tx, run, step)


def assign_step(
    tx: Tx, request: Request, position: int, account: str, *, run_id: int | None = None, key: str | None = None
) -> Settled:
    """Give a step to somebody, and tell them."""
    once(tx, request)
    incident, who = incident_asked_for(tx, request, key)
    run, step_run, step = _step(tx, incident, run_id, position)
    person = meet(tx, incident.workspace_id, account)
    step_run.assignee = person
    tx.db.add(step_run)
    invited(tx, incident, person)
    _record(tx, incident, run, step_run, step, "assigned", actor=who, person=person)
    if person != who:
        tell(tx, incident, person, "step_assigned", run=run.id, position=position)
    show_checklist(tx, incident, run.id or 0)
    return _settled(tx, run, step)


def note_step(
    tx: Tx, request: Request, position: int, text: str, *, run_id: int | None = None, key: str | None = None
) -> Settled:
    """Write down what was found at a step without settling it."""
    once(tx, request)
    incident, who = incident_asked_for(tx, request, key)
    run, step_run, step = _step(tx, incident, run_id, position)
    text = checked_text(text, f"check note {position} error rate is 48 %")
    step_run.entry_seq = _record(tx, incident, run, step_run, step, "noted", actor=who, text=text)
    tx.db.add(step_run)
    show_checklist(tx, incident, run.id or 0)
    return _settled(tx, run, step)


def nudge_overdue_steps(tx: Tx) -> int:
    """Tell whoever has an overdue step, once, and return how many there were. Nobody has it: the commander hears."""
    overdue = steps_overdue(tx.db, tx.now)
    for step_run, run in overdue:
        incident = incident_by_id(tx.db, run.incident_id, lock=True)
        step_run.nudged = True
        tx.db.add(step_run)
        if incident is None or step_in_hand(tx, run) != step_run.position:
            continue  # One thing at a time: the step in hand is the one people are asked about.
        who = step_run.assignee or holders(tx.db, run.incident_id).get("incident_commander") or incident.declared_by
        tell(tx, incident, who, "step_overdue", run=run.id, position=step_run.position)
        show_checklist(tx, incident, run.id or 0)
    return len(overdue)


def start_followers(tx: Tx) -> int:
    """Start the checklists whose waiting time is over, though the one before them is not done. Return how many."""
    started = 0
    for checklist in tx.rules.checklists().values():
        starts = checklist.starts
        if not isinstance(starts, After) or starts.or_minutes is None:
            continue
        since = tx.now - timedelta(minutes=starts.or_minutes)
        for _, incident in runs_to_follow(tx.db, starts.checklist, checklist.id, since):
            locked = incident_by_id(tx.db, incident.id or 0, lock=True)
            if locked is not None and checklist.is_for(locked.severity):
                started += start(tx, locked, checklist) is not None
    return started


def _settled(tx: Tx, run: ChecklistRun, step: Step) -> Settled:
    checklist, hand = from_snapshot(json.loads(run.definition)), step_in_hand(tx, run)
    return Settled(step.text, checklist.title, checklist.steps[hand - 1].text if hand else None)


def step_in_hand(tx: Tx, run: ChecklistRun) -> int | None:
    """Return the position of the step that people are at, or None when all are settled."""
    return next((step.position for step in steps_of(tx.db, run.id or 0) if step.state is StepState.OPEN), None)


def _step(tx: Tx, incident: Incident, run_id: int | None, position: int) -> tuple[ChecklistRun, StepRun, Step]:
    runs = runs_of(tx.db, incident.id or 0)
    unfinished = [run for run in runs if run.finished_at is None]
    wanted = [run for run in runs if run.id == run_id] if run_id is not None else unfinished or runs[-1:]
    run = wanted[0] if wanted else None
    if run is None:
        raise Missing("No checklist runs here. Start one: /incident start investigation")
    step_run = step_of(tx.db, run.id or 0, position)
    checklist = from_snapshot(json.loads(run.definition))
    if step_run is None:
        raise Missing(f"{checklist.title} has steps 1 to {len(checklist.steps)}. See them: /incident check")
    return run, step_run, checklist.steps[position - 1]


def _record(
    tx: Tx,
    incident: Incident,
    run: ChecklistRun,
    step_run: StepRun,
    step: Step,
    outcome: str,
    *,
    actor: str,
    text: str | None = None,
    person: str | None = None,
) -> int:
    facts = {
        "checklist": run.checklist_id,
        "step": step.id,
        "title": step.text,
        "position": step_run.position,
        "outcome": outcome,
    }
    facts |= {"person": person} if person else {}
    return record(tx, incident.id or 0, EntryKind.STEP, actor=actor, text=text, facts=facts)
