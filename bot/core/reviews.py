"""Reviews: when most people can come, what is talked about, and the invitation for their calendars."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from bot.core.draft import Draft
from bot.core.workdays import Calendar

LENGTH = timedelta(minutes=45)
NOTICE = timedelta(hours=24)  # so that the draft can be read before
STEP = timedelta(minutes=30)
AHEAD = timedelta(days=10)  # looked through
ASKED = 5  # open questions that an agenda names
_FOLD = 75  # octets of a line, set by RFC 5545
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


@dataclass(frozen=True, slots=True)
class Slot:
    """A time for a review, and how many of those invited are at work then."""

    at: datetime
    present: int


@dataclass(frozen=True, slots=True)
class Dated:
    """A review that has a time. What changes it, also calling it off, is later than what was told of it before."""

    key: str
    title: str
    at: datetime
    changed_at: datetime
    called_off: bool = False


def propose(team: Calendar, people: Sequence[Calendar], after: datetime) -> Slot | None:
    """Return the first time at which most of *people* are at work throughout; None when the team has no day to work.

    It is always a time at which the team works, at a full or a half hour of UTC.
    """
    slots = [Slot(at, sum(_works(each, at) for each in people)) for at in _times(after) if _works(team, at)]
    return max(slots, key=lambda slot: slot.present, default=None)


def agenda(draft: Draft) -> list[str]:
    """Return what is talked about, in order, from what the draft knows and asks."""
    questions = [question for section in draft.sections.values() for question in section.questions]
    more = f" and {len(questions) - ASKED} more" if len(questions) > ASKED else ""
    ownerless = sum(action.owner == "nobody yet" for action in draft.actions)
    return [
        "What happened, told along the timeline",
        *([f"Open questions: {' '.join(questions[:ASKED])}{more}"] if questions else []),
        "What made it possible, and what helped",
        f"Action items: {len(draft.actions)}, {ownerless} without an owner",
        "What we take with us",
    ]


@dataclass(frozen=True, slots=True)
class Attendance:
    """Who invites whom, by address; *cancelled* takes the invitation back."""

    organizer: str
    attendees: tuple[str, ...]
    cancelled: bool = False

    @property
    def method(self) -> str:
        return "CANCEL" if self.cancelled else "REQUEST"

    @property
    def word(self) -> str:
        """What the subject of a message begins with."""
        return "Cancelled" if self.cancelled else "Invitation"

    def lines(self) -> Iterator[str]:
        """Yield what an event says of it."""
        yield f"ORGANIZER:mailto:{self.organizer}"
        role = "ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE"
        yield from (f"ATTENDEE;{role}:mailto:{address}" for address in self.attendees)


def invitation(
    key: str,
    title: str,
    at: datetime,
    told: Sequence[str],
    link: str,
    now: datetime,
    attendance: Attendance | None = None,
) -> str:
    """Return an iCalendar file with one event. The same *key* replaces the event in a calendar that has it.

    With an *attendance* it is an invitation that people answer (RFC 5546); without, an event to keep.
    """
    described = "\n".join([*(f"{number}. {line}" for number, line in enumerate(told, 1)), link])
    review = Dated(key, title, at, now, called_off=attendance is not None and attendance.cancelled)
    event = _event(review, _text(described))
    if attendance is None:
        return _calendar([], [event])
    return _calendar([f"METHOD:{attendance.method}"], [[*event[:-1], *attendance.lines(), event[-1]]])


def subscription(name: str, reviews: Sequence[Dated], link: Callable[[str], str]) -> str:
    """Return an iCalendar file that a calendar asks for again every hour. *link* leads from a key to what is read."""
    head = [f"X-WR-CALNAME:{_text(name)}", "METHOD:PUBLISH", "REFRESH-INTERVAL;VALUE=DURATION:PT1H"]
    return _calendar([*head, "X-PUBLISHED-TTL:PT1H"], [_event(each, _text(link(each.key))) for each in reviews])


def _calendar(head: Sequence[str], events: Sequence[Sequence[str]]) -> str:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//firstfive//reviews//EN", *head, *chain(*events)]
    return "".join(f"{folded}\r\n" for line in [*lines, "END:VCALENDAR"] for folded in _folded(line))


def _event(review: Dated, described: str) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{review.key.lower()}-review@firstfive",
        f"DTSTAMP:{_utc(review.changed_at)}",
        f"SEQUENCE:{int(review.changed_at.timestamp())}",
        f"DTSTART:{_utc(review.at)}",
        f"DTEND:{_utc(review.at + LENGTH)}",
        f"SUMMARY:{_text(f'Review of {review.key}: {review.title}')}",
        f"DESCRIPTION:{described}",
        *(["STATUS:CANCELLED"] if review.called_off else []),
        "END:VEVENT",
    ]


def _times(after: datetime) -> Iterator[datetime]:
    at = after + (datetime.min.replace(tzinfo=after.tzinfo) - after) % STEP
    while at < after + AHEAD:
        yield at
        at += STEP


def _works(calendar: Calendar, at: datetime) -> bool:
    return calendar.works_at(at) and calendar.works_at(at + LENGTH - timedelta.resolution)


def _utc(at: datetime) -> str:
    return f"{at:%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    return text.translate(_ESCAPES)


def _folded(line: str) -> Iterator[str]:
    """Yield a line in pieces of at most 75 octets, none of which ends within a character."""
    piece = ""
    for character in line:
        if len((piece + character).encode()) > _FOLD:
            yield piece
            piece = " "
        piece += character
    yield piece
