"""Each sender of changes is read as its product writes, and whatever else arrives is told what is missing."""

import contextlib
import json
from datetime import datetime
from typing import Any

import pytest

from bot.changes.table import PARSERS
from bot.core.intake import Malformed
from tests.alerts.test_senders import ODD, places, put
from tests.changes.payloads import AT, CASES, PROJECT, REPOSITORY, Case, deployed, pushed


def told(sender: str, content: dict[str, Any]) -> list[str]:
    return [change.told for change in PARSERS[sender](json.dumps(content).encode())]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_change_says_what_it_is_who_made_it_and_when(case: Case) -> None:
    [change] = PARSERS[case.name](case.body(case.firing))
    assert (change.told, change.kind, change.at) == (case.told, case.kind, datetime.fromisoformat(AT))
    assert len(told(case.name, case.resolved)) == 1


@pytest.mark.parametrize(
    ("sender", "content", "says"),
    [
        (
            "github",
            pushed(),
            ["checkout: 2 commits to main: Charge once by ana https://github.com/acme/checkout/compare/a...b"],
        ),
        ("github", pushed("refs/heads/try"), []),
        ("github", deployed("in_progress"), []),
        ("github", {"zen": "Half measures are as bad as nothing at all.", "hook": {}}, []),
        ("github", {"action": "opened", "issue": {}, "repository": REPOSITORY}, []),
        (
            "github",
            {
                "action": "completed",
                "workflow_run": {"name": "Deploy", "head_branch": "main", "conclusion": "failure", "updated_at": AT},
                "repository": REPOSITORY,
            },
            ["checkout: Deploy of main failed"],
        ),
        (
            "github",
            {
                "action": "completed",
                "workflow_run": {"name": "Tests", "head_branch": "main", "conclusion": "success"},
                "repository": REPOSITORY,
            },
            [],
        ),
        (
            "github",
            {"action": "published", "release": {"tag_name": "v42", "published_at": AT}, "repository": REPOSITORY},
            ["checkout: release v42"],
        ),
        (
            "gitlab",
            {
                "object_kind": "pipeline",
                "object_attributes": {"id": 31, "ref": "main", "status": "success", "finished_at": AT},
                "project": PROJECT,
                "user": {"username": "ana"},
            },
            ["checkout: pipeline 31 of main by ana"],
        ),
        (
            "gitlab",
            {
                "object_kind": "push",
                "ref": "refs/heads/main",
                "total_commits_count": 3,
                "commits": [{"title": "Charge once", "timestamp": AT}],
                "project": PROJECT,
                "user_username": "ana",
            },
            ["checkout: 3 commits to main: Charge once by ana"],
        ),
        ("gitlab", {"object_kind": "note", "project": PROJECT}, []),
        ("argocd", {"app": "checkout", "phase": "Running"}, []),
    ],
)
def test_what_changes_nothing_that_runs_is_taken_and_is_none(
    sender: str, content: dict[str, Any], says: list[str]
) -> None:
    assert told(sender, content) == says


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_no_payload_is_answered_with_a_fault_of_ours(case: Case) -> None:
    for content in (case.firing, *([pushed()] if case.name == "github" else [])):
        for place in places(content):
            for odd in ODD:
                changed = json.loads(json.dumps(content))
                put(changed, place, odd)
                with contextlib.suppress(Malformed):
                    assert all(change.what for change in PARSERS[case.name](json.dumps(changed).encode())), place
