"""The night when every user record was deleted: played from its recording, and lived through. The draft gets it right.

The times are those of the story: deleted at 14:23, an alert at 14:25, restored in full at 18:15. Told in whole hours
that is four hours; computed it is 3 h 52 min.
"""

import re
from datetime import timedelta

from bot.assets import Assets
from bot.core.blameless import Checker
from bot.core.lint import check
from bot.core.said import Said
from bot.core.sections import SECTIONS
from bot.flows.capture_message import capture_message
from bot.flows.tx import Request
from bot.practice.cast import DEFAULT_CAST, TEAM_ID
from tests.cli.conftest import Shell, folder, shell
from tests.shared import REPOSITORY
from tests.slack.reading import message
from tests.world import ANA, BO, CHIDI, DANA, START, World

__all__ = ["folder", "shell"]

RECORDING = REPOSITORY / "tests" / "data" / "mass-deletion.jsonl"
CHECKER = Checker(Assets(None).rulebook()[0])
DURATIONS = {
    "Time to detect": "2 min",
    "Time to declare": "2 min",
    "Time to acknowledge": "2 min",
    "Time to the first public update": "3 min",
    "Time to mitigate": "3 h 52 min",
}


def sections(text: str) -> dict[str, str]:
    """Map each section's heading to what stands under it."""
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], (part.strip() for part in parts[2::2]), strict=True))


def told_durations(text: str) -> dict[str, str]:
    return dict(re.findall(r"^\| (Time to [a-z ]+) \| [a-z ]+ \| (.+) \|$", text, re.MULTILINE))


def test_the_recording_gives_every_section_and_every_figure(shell: Shell) -> None:
    assert shell("replay", str(RECORDING), "--title", "All user records are gone", "--severity", "sev1").exit_code == 0
    text = shell("postmortem INC-1").output
    told = sections(text)
    assert list(told) == list(SECTIONS.values())
    assert all(told.values())
    assert told_durations(text) == DURATIONS | {"Time to resolve": "3 h 52 min"}
    impact = told["Impact"]
    assert "It began: 2024-01-15 14:23 UTC" in impact
    assert "It was detected: 2024-01-15 14:25 UTC" in impact
    assert "Service was affected for 3 h 52 min, 4 h to the nearest hour." in impact
    assert "“2,300,000 user records” ([#4](#entry-4)), “2,847 tickets” ([#13](#entry-13))" in impact
    assert "The last entry before the impact began is [#3](#entry-3)" in told["Trigger and root cause"]
    factors = re.findall(r"\*\*Proposed:\*\* (.+)", told["Contributing factors"])
    for condition in ("without a WHERE clause", "shared service account", "no confirmation", "no runbook"):
        assert any(f"“{condition}” ([#" in factor for factor in factors), condition
    assert "1 h 45 min of the 3 h 52 min passed between [#11](#entry-11) and [#12](#entry-12)." in factors
    assert all(re.search(r"\[#\d+\]\(#entry-\d+\)", factor) for factor in factors)
    assert [finding.rule for finding in check(text, CHECKER)] == []


def test_what_the_checker_asks_of_it_once_it_is_no_draft_is_what_only_people_know(shell: Shell) -> None:
    shell("replay", str(RECORDING), "--severity", "sev1")
    text = shell("postmortem INC-1").output
    published = text.replace("draft, not published", "published")
    asked = {finding.rule for finding in check(published, CHECKER)}
    assert asked == {"open-questions", "missing-front"}
    open_sections = {name for name, said in sections(text).items() if "**Open question:**" in said}
    assert {"Impact", "Response"}.isdisjoint(open_sections)
    assert {"Lessons learned", "Where we got lucky", "Action items", "Trigger and root cause"} <= open_sections


def test_the_same_recording_gives_the_same_bytes(shell: Shell) -> None:
    for _ in range(2):
        shell("replay", str(RECORDING), "--title", "All user records are gone")
    first, second = (shell(f"postmortem INC-{number}").stdout_bytes for number in (1, 2))
    assert first.replace(b"INC-1", b"INC-2") == second


async def test_lived_through_its_draft_is_there_within_a_minute_of_the_resolution_and_names_nobody(
    small_world: World,
) -> None:
    world = small_world
    await world.pass_(minutes=4)
    channel = await world.open("All user records are gone")
    await captured(world, 0, BO, "A clean-up statement runs without a WHERE clause from a shared service account")
    await captured(world, 2, CHIDI, "The alert on HTTP 500 responses fires, Bo Lindqvist is paged")
    await world.slash(ANA, "lead <@U0ANA0001>", channel)
    await world.slash(
        ANA, "impact All 2,300,000 user records are deleted; nobody can sign in (from 03:00 UTC)", channel
    )
    await world.pass_(minutes=2.5)
    await world.slash(DANA, "update Nobody can sign in. We are restoring the records.", channel)
    await world.pass_(minutes=8)
    await world.slash(BO, "status identified The users table is empty", channel)
    await world.slash(
        ANA, "note Decision: restore the backup that is an hour old. There is no runbook, Bo leads", channel
    )
    await world.pass_(minutes=216)
    await world.slash(BO, "note Support counts 2,847 tickets", channel)
    await world.pass_(minutes=1)
    await world.slash(BO, "status monitoring sign-in works for all users", channel)
    await world.slash(ANA, "ticket Refuse DELETE without WHERE in production", channel)
    resolved_at = world.clock.now()
    await world.slash(ANA, "resolve no record is lost", channel)
    await world.slash(ANA, "postmortem", channel)
    await world.settle()
    assert world.clock.now() - resolved_at < timedelta(minutes=1)
    file = message(world, channel, "INC-1 postmortem draft")["files"][0]
    text = world.slack.file(file["id"]).decode()
    told = sections(text)
    assert list(told) == list(SECTIONS.values())
    assert told_durations(text)["Time to detect"] == "2 min"
    assert re.search(r"Service was affected for 3 h 5\d min, 4 h to the nearest hour\.", told["Impact"])
    assert "“2,300,000 user records”" in told["Impact"]
    assert "“no runbook” ([#" in told["Contributing factors"]
    assert "without a WHERE clause" in told["Trigger and root cause"]
    assert "Refuse DELETE without WHERE in production" in told["Action items"]
    names = {name for person in DEFAULT_CAST for name in (person.id, *person.name.split())} - {"Practice"}
    assert [name for name in names if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)] == []


async def captured(world: World, minutes: float, who: str, text: str) -> None:
    """Put a message of some minutes after the start on the timeline, as marking it with a pushpin does."""
    at = START + timedelta(minutes=minutes)
    said = Said(f"slack:C0GENERAL/{at.timestamp():.6f}", who, text, at)
    await world.house.do(capture_message, Request(f"capture-{minutes}", ANA, TEAM_ID), said, "INC-1")
