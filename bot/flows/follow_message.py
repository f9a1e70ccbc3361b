"""Follow messages in Slack: those that are marked for the timeline, and what becomes of them since."""

from enum import StrEnum

from bot.core.said import Said, slack_source
from bot.flows.add_action import new_action, settle_action
from bot.flows.asked import incident_asked_for, once
from bot.flows.capture_message import capture, revise
from bot.flows.promise import for_incident
from bot.flows.tx import Request, Tx
from bot.flows.walk_checklist import settle_step, step_in_hand
from store.checklists import run_by_id
from store.incidents import incident_by_id
from store.living import living_at
from store.timeline import captured_from, entry_from
from store.types import ActionState, EntryKind, StepState


class Mark(StrEnum):
    """What a message is marked for."""

    TIMELINE = "timeline"
    ACTION_ITEM = "action_item"


def mark_message(tx: Tx, request: Request, ts: str, mark: Mark) -> None:
    """Promise to fetch a message that somebody marked in an incident's channel, however many people mark it."""
    once(tx, request)
    incident, who = incident_asked_for(tx, request)
    args = {"channel": request.channel_id, "ts": ts, "mark": mark, "by": who}
    for_incident(tx, incident, "slack.capture", args=args, order=f"capture {ts}", merge=f"{mark} {ts}")


def capture_marked(incident_id: int, said: Said, by: str, tx: Tx) -> None:
    """Put a message that was marked on the timeline."""
    incident = incident_by_id(tx.db, incident_id, lock=True)
    if incident is not None:
        capture(tx, incident, said, by)


def action_from_marked(incident_id: int, said: Said, title: str, by: str, tx: Tx) -> None:
    """Make an action item of a message that was marked. A message makes one, however many people mark it."""
    incident = incident_by_id(tx.db, incident_id, lock=True)
    if incident is not None and entry_from(tx.db, incident_id, said.source, EntryKind.ACTION_ITEM) is None:
        new_action(tx, incident, by, title, source=said.source)


def follow_edit(tx: Tx, request: Request, ts: str, text: str | None) -> None:
    """Record that a captured message was edited, or deleted when *text* is None, wherever it was captured."""
    found = captured_from(tx.db, slack_source(request.channel_id or "", ts))
    if found:
        once(tx, request)
    for incident_id, seq in found:
        incident_by_id(tx.db, incident_id, lock=True)
        revise(tx, incident_id, seq, text)


def tick_message(tx: Tx, request: Request, ts: str) -> None:
    """Settle what a message of ours shows: the step in hand of a checklist, or an action item."""
    living = living_at(tx.db, request.channel_id or "", ts)
    what, _, number = living.what.partition(":") if living else ("", "", "")
    if what == "action":
        settle_action(tx, request, int(number), ActionState.DONE)
    run = run_by_id(tx.db, int(number)) if what == "checklist" else None
    position = step_in_hand(tx, run) if run else None
    if run is not None and position is not None:
        settle_step(tx, request, position, StepState.DONE, run_id=run.id)
