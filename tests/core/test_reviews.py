"""Reviews: a time when most are at work, and an invitation that calendars take."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.core.reviews import LENGTH, Slot, invitation, propose
from bot.core.workdays import Calendar

MADRID, HONOLULU, NEW_YORK = (
    Calendar(ZoneInfo(zone)) for zone in ("Europe/Madrid", "Pacific/Honolulu", "America/New_York")
)
NOW = datetime(2026, 3, 10, 3, 0, tzinfo=UTC)


def test_the_first_time_when_most_are_at_work_is_proposed() -> None:
    assert propose(MADRID, [MADRID, MADRID, NEW_YORK], NOW) == Slot(NOW.replace(hour=13), 3)
    assert propose(MADRID, [MADRID, HONOLULU], NOW) == Slot(NOW.replace(hour=8), 1), "never both"


def test_a_review_is_never_on_a_weekend_and_is_over_before_work_ends() -> None:
    late = datetime(2026, 3, 13, 16, 30, tzinfo=UTC)  # half past five on a Friday in Madrid
    assert propose(MADRID, [MADRID], late) == Slot(datetime(2026, 3, 16, 8, 0, tzinfo=UTC), 1)
    assert propose(Calendar(off=lambda _: True), [MADRID], NOW) is None


def unfolded(text: str) -> dict[str, str]:
    """Return the properties of an iCalendar file, as RFC 5545 says to read it."""
    assert text.endswith("\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    lines = text.replace("\r\n ", "").split("\r\n")[:-1]
    return dict(line.split(":", 1) for line in lines)


@given(st.text(st.characters(exclude_categories=["C"]), max_size=300))
def test_whatever_the_title_the_invitation_can_be_read_by_a_calendar(title: str) -> None:
    at = NOW + timedelta(days=2)
    read = unfolded(invitation("INC-7", title, at, ["What happened", "a; b, c"], "https://x/y", NOW))
    plain = read["SUMMARY"].replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\")
    assert plain == f"Review of INC-7: {title}"
    assert read["DESCRIPTION"] == "1. What happened\\n2. a\\; b\\, c\\nhttps://x/y"
    assert (read["DTSTART"], read["DTEND"]) == ("20260312T030000Z", f"{at + LENGTH:%Y%m%dT%H%M%SZ}")
    assert read["UID"] == "inc-7-review@firstfive"
