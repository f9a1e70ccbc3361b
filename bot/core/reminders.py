"""Reminders: when each of them is due, counted from when the thing itself is."""

from datetime import date, datetime, timedelta

from bot.core.workdays import Calendar
from store.types import ReminderStage

SOON = timedelta(days=2)  # before it is due; the last working day before that when it is off
OVERDUE, ESCALATED = 1, 3  # working days after


def moments(due_on: date, due_at: datetime | None, calendar: Calendar) -> dict[ReminderStage, datetime]:
    """Return when each reminder of something falls due, where people work by *calendar*. Without a time, by its day."""
    due = calendar.working_moment(due_at or calendar.begins(due_on))
    day = calendar.day_of(due)
    before = day - SOON
    early = calendar.days_after(before, -1) if calendar.off(before) else before
    return {
        ReminderStage.SOON: calendar.begins(early),
        ReminderStage.DUE: due,
        ReminderStage.OVERDUE: calendar.begins(calendar.days_after(day, OVERDUE)),
        ReminderStage.ESCALATED: calendar.begins(calendar.days_after(day, ESCALATED)),
    }


def reached(
    due_on: date, due_at: datetime | None, since: datetime, calendar: Calendar, now: datetime
) -> ReminderStage | None:
    """Return the last reminder that fell due by *now*, or None. What is known since later than that needs no early one.

    After a downtime that is one reminder, not all that were missed.
    """
    fell_due = [stage for stage, at in moments(due_on, due_at, calendar).items() if since < at <= now]
    return fell_due[-1] if fell_due else None
