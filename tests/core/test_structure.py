"""A postmortem is checked for what it has to hold, and every finding names the fix."""

import pytest

from bot.core.blameless import Checker
from bot.core.lint import check
from bot.core.postmortem import draft
from bot.core.replay import parse
from bot.core.rulebook import Category, Finding, Level
from tests.core.cases import Record, lived, played
from tests.core.measures import rulebook
from tests.core.test_postmortem import RENDERER
from tests.core.test_replay import NOW
from tests.shared import REPOSITORY, shared

CHECKER = Checker(rulebook())
GOOD = """# Postmortem of the night of the queue

| Postmortem | INC-9 |
|---|---|
| State | published |
| Owner | the on-call lead |
| Reviewers | the platform lead |
| Incident | 2026-11-23 |
| Published | 2026-11-24 |

## Summary

Orders waited up to 40 minutes, because the queue had no workers.

## Impact

1,200 orders of 8,000 waited, from 23:50 to 00:30 (40 min). None was lost.

## Detection

An alert on the age of the oldest order fired at 23:58.

## Timeline

All times are UTC.

| When | What | Source |
|---|---|---|
| 2026-11-23 23:50 | monitoring: the first order waits; impact starts | [graph](https://example.com/1) |
| 2026-11-23 23:58 | monitoring: the alert on age is detected and pages the on-call | [alert](https://example.com/2) |
| 2026-11-24 00:02 | the on-call acknowledges and declares the incident | [page](https://example.com/3) |
| 2026-11-24 00:10 | support posts the first update for customers | [post](https://example.com/4) |
| 2026-11-24 00:24 | the on-call rolls back change 77; workers are restored | [change](https://example.com/5) |
| 2026-11-24 00:30 | monitoring: resolved, the queue is empty | [graph](https://example.com/6) |

## Trigger and root cause

Change 77 set the number of workers to zero.

## Contributing factors

- The template has no minimum for workers.
- The review shows the template and not the rendered value.

## Response

The on-call rolled back after ruling out the database.

## What went well

- The alert named the queue.

## What went wrong

- The first update came after 20 minutes.

## Where we got lucky

- It was night in the largest market.

## Action items

| Action | Owner | Priority | Type | Due | Ticket |
|---|---|---|---|---|---|
| Refuse a template with fewer than 2 workers | the platform lead | P1 | prevent | 2026-12-01 | OPS-1 |
| Show the rendered value in each review; a test compares both | the tools lead | P2 | detect | 2026-12-15 | OPS-2 |

## Lessons learned

- A minimum belongs in the template.

## Links

- [Dashboard](https://example.com/d)
"""


def structure(text: str) -> list[Finding]:
    return check(text, CHECKER, [Category.STRUCTURE])


def rules(text: str) -> set[str]:
    return {one.rule for one in structure(text)}


def test_a_good_postmortem_has_no_findings() -> None:
    assert check(GOOD, CHECKER) == []


TABLE = GOOD[GOOD.index("| When") : GOOD.index("## Trigger")]
ITEMS = GOOD[GOOD.index("| Action |") : GOOD.index("## Lessons")]
BROKEN = [
    ("## Lessons learned", "## Afterthoughts", "missing-section"),
    ("- A minimum belongs in the template.\n", "", "empty-section"),
    ("- The alert named the queue.", "- TBD", "template-text"),
    ("- The alert named the queue.", "- [insert what helped]", "template-text"),
    ("Change 77 set the number of workers to zero.", "Describe what set it off.", "template-text"),
    ("| Owner | the on-call lead |\n", "", "missing-front"),
    ("the on-call lead |", "the on-call lead and the platform lead |", "one-owner"),
    ("| Published | 2026-11-24", "| Published | 2026-12-20", "late"),
    ("- The review shows the template and not the rendered value.\n", "", "two-factors"),
    ("- It was night in the largest market.", "- **Open question:** what could have gone worse?", "open-questions"),
    ("1,200 orders of 8,000 waited, from 23:50 to 00:30 (40 min). None was lost.", "Orders waited.", "impact-number"),
    ("1,200 orders of 8,000 waited, from 23:50 to 00:30 (40 min). None was lost.", "1,200 orders.", "impact-start"),
    ("1,200 orders of 8,000 waited,", "An outage of some orders (1,200),", "outage-is-total"),
    ("00:30 (40 min)", "00:30 (50 min)", "wrong-duration"),
    ("All times are UTC.", "", "timeline-zone"),
    ("All times are UTC.", "All times are CET.", "timeline-utc"),
    ("| 2026-11-24 00:02", "| 2026-11-24 00:12", "out-of-order"),
    ("| 2026-11-24 00:02", "| 00:02", "past-midnight"),
    ("| 2026-11-24 00:02", "| 24 November 2026, 00:02", "iso-date"),
    ("| 2026-11-24 00:02", "| ???", "vague-time"),
    ("the on-call rolls back change 77;", "change 77 should be rolled back;", "row-judges"),
    ("| 2026-11-24 00:24", "| 2026-11-24 02:24", "long-gap"),
    ("support posts the first update for customers", "support waits", "missing-marks"),
    (TABLE, "It was long.\n\n", "timeline-rows"),
    (TABLE, TABLE.replace("https", "ftp").replace("](", "] ("), "rows-without-source"),
    (TABLE, TABLE.replace("monitoring: ", "").replace("the on-call ", "").replace("support ", ""), "rows-without-role"),
    (ITEMS, "", "no-action"),
    (ITEMS, "- Add a minimum of 2 workers\n\n", "action-fields"),
    ("| the tools lead |", "| |", "action-blank"),
    ("| Refuse a template with fewer", "| The template with fewer", "action-verb"),
    ("| Show the rendered value in each review; a test compares both |", "| Improve reviews |", "action-vague"),
    ("; a test compares both", " (declined)", "action-declined"),
    ("| P2 |", "| P1 |", "one-priority"),
    (ITEMS, ITEMS.replace("prevent", "mitigate").replace("| detect", "| mitigate"), "no-prevention"),
    ("1,200 orders of 8,000 waited", "1,200 customers waited", "nothing-urgent"),
]


@pytest.mark.parametrize(("good", "bad", "rule"), BROKEN, ids=[f"{rule}-{at}" for at, (*_, rule) in enumerate(BROKEN)])
def test_each_thing_that_is_missing_is_told_with_its_fix(good: str, bad: str, rule: str) -> None:
    assert good in GOOD
    text = GOOD.replace(good, bad)
    if rule == "nothing-urgent":
        text = text.replace("| P1 |", "| P3 |")
    found = [one for one in structure(text) if one.rule == rule]
    assert found, rules(text)
    assert all(one.why and one.rewrite and one.line >= 1 for one in found)


def test_a_stated_time_to_recovery_is_compared_with_the_rows_that_say_so() -> None:
    rows = TABLE.replace("monitoring: the alert", "**Detection:** the alert").replace(
        "monitoring: resolved", "**Recovery:** resolved"
    )
    good = GOOD.replace(TABLE, rows)
    told = "## Links\n\n- Time to detection: {} minutes\n- Time to recovery: {} minutes\n"
    assert "wrong-duration" not in rules(good.replace("## Links\n", told.format(8, 40)))
    assert "wrong-duration" not in rules(good.replace("## Links\n", told.format(8, 32)))  # counted from the detection
    wrong = [one.why for one in structure(good.replace("## Links\n", told.format(2, 13))) if one.level is Level.HIGH]
    assert wrong == [
        "The text says 2 min; by the timeline it is 8 min, counted from its first row.",
        "The text says 13 min; by the timeline it is 40 min, counted from its first row.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "09:10 to 10:40 (1 h 30 min)",
        "10 pm – 1 am",
        "22:30–01:15 UTC, 2 h 45 min",
        "from 9:00 to 9:42, about 45 minutes",
    ],
)
def test_a_duration_that_fits_its_times_is_left_alone(text: str) -> None:
    assert "wrong-duration" not in rules(GOOD.replace("It was night", f"It was night, {text}"))


def test_a_text_without_headings_is_a_fragment_and_has_no_structure() -> None:
    assert structure("The queue had no workers.") == []


def test_our_own_drafts_have_no_findings() -> None:
    recording = (REPOSITORY / "tests" / "data" / "night-of-the-cache.jsonl").read_text()
    for case in (lived(), Record().case(), played(parse(recording, NOW))):
        text = RENDERER.render_postmortem(draft(case), "md").text
        assert [(one.line, one.rule, one.sentence) for one in check(text, CHECKER)] == []


def test_a_draft_of_what_others_recorded_has_findings_only_in_their_words() -> None:
    for path in sorted(shared("data", "replays").glob("*.jsonl")):
        text = RENDERER.render_postmortem(draft(played(parse(path.read_text(), NOW))), "md").text
        said = range(text.index("## Timeline"), text.index("## Trigger"))
        assert [one.rule for one in check(text, CHECKER) if one.start not in said] == []


def test_the_template_of_others_is_told_from_top_to_bottom() -> None:
    (template,) = shared("data", "postmortems", "dfds").glob("PMyyyy*")
    assert {"empty-section", "template-text", "no-action", "missing-section"} <= rules(template.read_text())


def test_marks_that_are_out_of_order_are_told_as_a_warning() -> None:
    marks = "| Mark | When |\n|---|---|\n| Detected | 2026-11-24 10:00 UTC |\n| Mitigated | 2026-11-24 09:00 UTC |\n"
    found = [one for one in check(f"# P\n\n## Timeline\n\n{marks}", CHECKER) if one.rule == "marks-order"]
    assert [one.level for one in found] == ["low"]
    assert not [
        one
        for one in check(f"# P\n\n## Timeline\n\n{marks.replace('09:00', '11:00')}", CHECKER)
        if one.rule == "marks-order"
    ]
