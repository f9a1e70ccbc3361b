"""The small nouns: statuses, severities, roles, channel names, spans, links."""

import re
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.core.actions import DUE_DAYS
from bot.core.channels import channel_name
from bot.core.links import LASTS, Links
from bot.core.roles import ALIASES, COMMANDER, TITLES, role_named, role_title
from bot.core.severities import DEFAULTS, severity_named
from bot.core.spans import span
from bot.core.statuses import MOVES, why_not
from bot.core.tickets import Choice, Naming, priority_among
from store.types import Priority, Severity, Status

NOW = datetime(2026, 3, 10, 3, 0, tzinfo=UTC)


def test_each_move_is_allowed_or_refused_with_what_to_type() -> None:
    for before, after in product(Status, Status):
        refusal = why_not(before, after)
        assert (refusal is None) == (after in MOVES[before])
        assert refusal is None or refusal == f"It is {before} already." or "/incident re" in refusal


def test_from_every_status_every_other_can_be_reached() -> None:
    for start in Status:
        reached = {start}
        while more := {after for before in reached for after in MOVES[before]} - reached:
            reached |= more
        assert reached == set(Status)


def test_an_incident_is_closed_only_after_it_was_resolved() -> None:
    assert [status for status in Status if Status.CLOSED in MOVES[status]] == [Status.RESOLVED]


@given(st.integers(1, 999_999), st.text(max_size=300), st.integers(0, 99))
@example(7, "Checkout is DOWN: 50 % of payments fail (EU)", 0)
@example(7, "ﬁ ½ ß İ", 0)
@example(7, "-" * 200, 3)
@example(7, "a" * 73 + " b", 0)
@example(7, "a" * 71 + " b", 1)
def test_a_channel_name_is_one_that_slack_takes_whatever_the_title(number: int, title: str, attempt: int) -> None:
    name = channel_name(number, title, attempt)
    assert re.fullmatch(r"[a-z0-9_-]{1,80}", name)
    assert re.fullmatch(rf"inc-{number}(-.*)?", name)
    assert not name.endswith("-")


@given(st.integers(1, 9999), st.text(max_size=100))
def test_every_attempt_at_a_channel_name_is_a_new_one(number: int, title: str) -> None:
    names = [channel_name(number, title, attempt) for attempt in range(12)]
    assert len(set(names)) == 12


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("checkout is down", "inc-7-checkout-is-down"),
        ("Zahlungen fürs Büro – stockend", "inc-7-zahlungen-furs-buro-stockend"),
        ("支払いが失敗", "inc-7"),
        ("🔥🔥", "inc-7"),
    ],
)
def test_a_channel_is_named_for_what_is_wrong(title: str, name: str) -> None:
    assert channel_name(7, title) == name
    assert channel_name(7, title, 1) == f"{name}-2"


def test_the_numbers_of_two_incidents_keep_their_names_apart() -> None:
    """Also when the title of one continues the number of the other."""
    assert channel_name(1, "2 hosts down") != channel_name(12, "hosts down")


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        *[(0, "0 s"), (59.9, "59 s"), (60, "1 min"), (3599, "59 min"), (3600, "1 h"), (6120, "1 h 42 min")],
        *[(86399, "23 h 59 min"), (86400, "1 d"), (273600, "3 d 4 h"), (-120, "2 min")],
    ],
)
def test_a_span_is_its_two_largest_units(seconds: float, shown: str) -> None:
    assert span(timedelta(seconds=seconds)) == shown


@given(st.integers(0, 10**8), st.integers(0, 10**8))
def test_a_longer_span_never_reads_shorter(one: int, other: int) -> None:
    units = {"s": 1, "min": 60, "h": 3600, "d": 86400}

    def read(shown: str) -> int:
        words = shown.split()
        return sum(int(count) * units[unit] for count, unit in zip(words[::2], words[1::2], strict=True))

    shorter, longer = sorted((one, other))
    assert read(span(timedelta(seconds=shorter))) <= read(span(timedelta(seconds=longer))) <= longer


@pytest.mark.parametrize("severity", Severity)
def test_a_severity_is_understood_as_people_write_it(severity: Severity) -> None:
    digit = severity.value[-1]
    for word in (f"sev{digit}", f"SEV-{digit}", f"Sev {digit}", f"s{digit}", digit, f"severity{digit}", f"sev_{digit}"):
        assert severity_named(word) is severity, word
    for word in (f"sev{digit}0", "sev", "", "sev0", "sev5", "checkout", f"x{digit}", f"{digit}{digit}"):
        assert severity_named(word) is None, word


def test_the_worse_it_is_the_more_is_asked() -> None:
    def asked(severity: Severity) -> tuple[float, int, float]:
        demand = DEFAULTS[severity]
        never = float("inf")
        return demand.update_minutes or never, -len(demand.roles), demand.postmortem_hours or never

    for worse, milder in zip(list(Severity)[:-1], list(Severity)[1:], strict=True):
        assert all(w <= m for w, m in zip(asked(worse), asked(milder), strict=True))
    assert [DUE_DAYS[priority] for priority in Priority] == sorted(DUE_DAYS.values())


def test_a_role_is_understood_by_its_short_words_and_a_new_word_is_a_role_of_its_own() -> None:
    assert role_named("IC") == role_named("lead") == role_named("commander") == COMMANDER
    assert role_named("legal") == "legal"
    assert all(role_named(role) == role for role in ALIASES.values())
    assert all(role in ALIASES.values() for role in TITLES)
    assert [role_named(word) for word in ("", "a", "9to5", "two words", "<!here>", "x" * 32)] == [None] * 6
    assert role_title("customer_care") == "Customer care"


def links() -> Links:
    return Links("https://firstfive.example", lambda: ["s" * 32])


def parts(address: str) -> tuple[str, str, str]:
    match = re.fullmatch(r"https://firstfive\.example(/[^?]*)\?until=([0-9]+)&key=([0-9a-f]{64})", address)
    assert match
    return match[1], match[2], match[3]


def test_a_signed_link_opens_its_page_for_a_month_and_no_longer() -> None:
    path, until, key = parts(links().signed("/postmortems/INC-7", NOW))
    assert links().allows(path, until, key, NOW)
    assert links().allows(path, until, key, NOW + LASTS - timedelta(seconds=1))
    assert not links().allows(path, until, key, NOW + LASTS)


@given(st.text(max_size=20), st.text(max_size=14), st.text(max_size=70))
@example("/postmortems/INC-7", "1775703600", "0" * 64)
@example("/postmortems/INC-7", "٣", "é")
@example("/postmortems/INC-7", "9" * 30, "")
def test_a_link_that_anybody_made_up_opens_nothing_and_breaks_nothing(path: str, until: str, key: str) -> None:
    assert not links().allows(path, until, key, NOW)


def test_a_link_opens_neither_another_page_nor_another_day_nor_under_another_secret() -> None:
    path, until, key = parts(links().signed("/postmortems/INC-7", NOW))
    assert not links().allows("/postmortems/INC-8", until, key, NOW)
    assert not links().allows(path, str(int(until) + 1), key, NOW)
    assert not links().allows(path, "0" + until, key[:-1] + ("0" if key[-1] != "0" else "1"), NOW)
    assert not Links("https://firstfive.example", lambda: ["t" * 32]).allows(path, until, key, NOW)
    assert b"ssss".decode() not in repr(links())


def test_a_priority_is_found_by_name_and_else_by_rank() -> None:
    def called(*names: str) -> list[str]:
        allowed = [Choice(str(number), name) for number, name in enumerate(names)]
        return [found.name for each in Priority if (found := priority_among(each, Naming(), allowed))]

    assert called("highest", "High", "Medium", "Low", "Lowest") == ["highest", "High", "Medium", "Low"]
    assert called("Blocker", "Critical", "Major") == ["Blocker", "Critical", "Major", "Major"]
    assert called() == []
