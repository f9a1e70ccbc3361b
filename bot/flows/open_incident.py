"""Open an incident: the row, its first timeline entry, its first checklist, and the promise of a channel."""

from dataclasses import dataclass

from bot.core.alerts import ACCOUNT
from bot.core.checklists import Moment
from bot.core.roles import COMMANDER
from bot.core.said import Said
from bot.core.wording import kept, on_one_line
from bot.errors import Unfit
from bot.flows.asked import asker
from bot.flows.capture_message import capture
from bot.flows.promise import for_incident, make_channel
from bot.flows.publish import publish
from bot.flows.record import record
from bot.flows.record_change import recall_changes
from bot.flows.schedule_update import schedule_update
from bot.flows.similar_incidents import similar_incidents
from bot.flows.tx import Repeated, Request, Tx
from bot.flows.walk_checklist import start_on
from store.incidents import Incident, incident_by_request, take_part
from store.requests import first_time
from store.roles import hold
from store.types import EntryKind, EventType, Severity, Status
from store.workspaces import next_number

LONGEST_TITLE = 200  # characters; longer ones fit neither a card nor a phone


@dataclass(frozen=True, slots=True)
class Opened:
    """What was opened. ``again`` is True when this very request had opened it before."""

    key: str
    number: int
    severity: Severity
    private: bool
    again: bool


def open_incident(
    tx: Tx,
    request: Request,
    title: str,
    severity: Severity = Severity.SEV2,
    *,
    private: bool = False,
    test: bool = False,
    said: Said | None = None,
    leads: bool = True,
) -> Opened:
    """Open an incident once per request, however often the request arrives.

    Whoever opens it is its commander until somebody else takes over, unless nobody *leads* it yet. *said* is the
    message it was opened from, which goes on the timeline with its own time.
    """
    new = first_time(tx.db, request.id, tx.now)  # Of two at once, the second waits here for the first.
    before = incident_by_request(tx.db, request.id)
    if before is not None:
        return Opened(before.key, before.number, before.severity, before.private, again=True)
    if not new:
        raise Repeated
    title = checked_title(title)
    workspace_id, who = asker(tx, request)
    incident = Incident(
        workspace_id=workspace_id,
        number=next_number(tx.db, workspace_id),
        request_id=request.id,
        title=title,
        severity=severity,
        status=Status.INVESTIGATING,
        private=private,
        test=test,
        declared_by=who,
        opened_at=tx.now,
    )
    schedule_update(tx, incident)
    tx.db.add(incident)
    tx.db.flush()
    incident_id = incident.id or 0
    take_part(tx.db, incident_id, who)
    alone = "alerts" if request.account.startswith(f"{ACCOUNT}:") else "shell"
    door = "slack" if request.team else alone
    facts = {"severity": severity, "private": private, "test": test, "from": door}
    record(tx, incident_id, EntryKind.OPENED, actor=who, text=title, facts=facts)
    if said is not None:
        capture(tx, incident, said, who)
    if leads:
        hold(tx.db, incident_id, COMMANDER, who, tx.now)
        record(tx, incident_id, EntryKind.ROLE, actor=who, facts={"role": COMMANDER, "person": who, "before": None})
    recall_changes(tx, incident)
    make_channel(tx, incident)
    if similar_incidents(tx, incident):
        for_incident(tx, incident, "slack.similar", order="channel")
    publish(tx, incident, EventType.INCIDENT_OPENED, severity=severity)
    start_on(tx, incident, Moment.INCIDENT_OPENED)
    return Opened(incident.key, incident.number, severity, private, again=False)


def checked_title(title: str, missing: str = "Say what is wrong: /incident open checkout is down") -> str:
    """Return a title on one line, or refuse it with what to type instead."""
    title = on_one_line(kept(title))
    if not title:
        raise Unfit(missing)
    if len(title) > LONGEST_TITLE:
        raise Unfit(
            f"That title has {len(title)} characters, and {LONGEST_TITLE} fit. Write a short one, "
            "then add the rest: /incident note what you see"
        )
    return title
