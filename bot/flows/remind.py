"""Remind people of what they must do: before it is due, then, and after; at last their team's lead hears of it."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.core.reminders import reached
from bot.core.teams import Team, team_of
from bot.core.workdays import Calendar
from bot.errors import Refused
from bot.flows.asked import incident_asked_for, once
from bot.flows.meet import meet
from bot.flows.promise import tell
from bot.flows.tx import Request, Tx
from store.actions import action_by_number
from store.incidents import Incident, may_see
from store.people import person
from store.postmortems import postmortem_of
from store.reminders import POSTMORTEM, Owed, owed, reminder_of
from store.types import ReminderStage

_ORDER = list(ReminderStage)


def remind_people(tx: Tx) -> int:
    """Promise every reminder that fell due, each once, and return how many. Nobody is reminded outside working hours.

    Those are the hours of the owner's own zone, on the working days of the incident's team.
    """
    return sum(_remind(tx, thing, team_of(tx.rules.teams, thing.incident)) for thing in list(owed(tx.db, tx.now)))


def snooze_reminder(tx: Tx, request: Request, number: int, key: str | None = None) -> datetime:
    """Be reminded of an action item, or of the postmortem, again when the next working day begins; return when.

    The lead hears of it at the same time as ever.
    """
    once(tx, request)
    incident, who = incident_asked_for(tx, request, key)
    calendar = _calendar(tx, team_of(tx.rules.teams, incident), who)
    until = calendar.begins(calendar.days_after(calendar.day_of(tx.now), 1))
    reminder = reminder_of(tx.db, incident.id or 0, number, _due_on(tx, incident, number))
    reminder.snoozed_until = until
    return until


def _due_on(tx: Tx, incident: Incident, number: int) -> date:
    incident_id = incident.id or 0
    if number == POSTMORTEM:
        postmortem = postmortem_of(tx.db, incident_id)
        if postmortem and postmortem.due_at:
            return postmortem.due_at.date()
    elif item := action_by_number(tx.db, incident_id, number):
        return item.due_on
    raise Refused(f"{incident.key} has nothing like that to be reminded of. See it: /incident show")


def _remind(tx: Tx, thing: Owed, team: Team) -> int:
    calendar = _calendar(tx, team, thing.owner)
    stage = reached(thing.due_on, thing.due_at, thing.since, calendar, tx.now)
    if stage is None or not calendar.works_at(tx.now) or not _is_next(thing, stage, tx.now):
        return 0
    lead = _lead(tx, thing.incident, team) if stage is ReminderStage.ESCALATED else None
    whom = lead or thing.owner
    if whom is None:
        return 0
    reminder = reminder_of(tx.db, thing.incident.id or 0, thing.number, thing.due_on)
    reminder.stage, reminder.snoozed_until = stage, None
    what = "escalated" if lead else "reminder"
    tell(tx, thing.incident, whom, what, number=thing.number, due_on=thing.due_on.isoformat())
    return 1


def _is_next(thing: Owed, stage: ReminderStage, now: datetime) -> bool:
    """Tell whether this reminder was not sent yet, or is to be sent again after a snooze."""
    last = thing.reminder
    if last is None or last.due_on != thing.due_on:
        return True
    later = last.stage is None or _ORDER.index(stage) > _ORDER.index(last.stage)
    if last.snoozed_until is None or stage is ReminderStage.ESCALATED:
        return later
    return last.snoozed_until <= now


def _lead(tx: Tx, incident: Incident, team: Team) -> str | None:
    """Return who leads the team, unless they may not know of the incident. Without one, the owner hears once more."""
    lead = meet(tx, incident.workspace_id, team.lead) if team.lead else None
    return lead if lead and may_see(tx.db, incident, lead) else None


def _calendar(tx: Tx, team: Team, ref: str | None) -> Calendar:
    """Return when a person works: in their own zone, on the days of their team."""
    who = person(tx.db, ref) if ref else None
    return replace(team.calendar, zone=ZoneInfo(who.zone)) if who and who.zone else team.calendar
