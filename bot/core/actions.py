"""Action items: by when each priority is due."""

from datetime import date, timedelta

from store.types import Priority

DUE_DAYS = {Priority.P0: 7, Priority.P1: 14, Priority.P2: 30, Priority.P3: 90}  # working days from the day it was added
SATURDAY = 5


def due_date(priority: Priority, added_on: date) -> date:
    """Return the day by which an action item is due. Saturdays and Sundays do not count."""
    day, left = added_on, DUE_DAYS[priority]
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < SATURDAY
    return day
