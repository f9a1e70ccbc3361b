"""firstfive replay: recordings become incidents, with every event, in their own times, and without a public handle."""

import json
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Shell
from tests.shared import REPOSITORY, shared

OURS = REPOSITORY / "tests" / "data" / "night-of-the-cache.jsonl"


def recordings() -> list[Path]:
    """Return our own recording, and the shared ones where they are."""
    folder = REPOSITORY.parent / "shared" / "data" / "replays"
    return [OURS, *sorted(folder.glob("*.jsonl"))]


@pytest.mark.parametrize("file", recordings(), ids=lambda file: file.stem)
def test_a_recording_gives_a_postmortem_with_every_event_and_a_verified_timeline(shell: Shell, file: Path) -> None:
    played = json.loads(shell("replay --json", str(file)).stdout)
    lines = [number for number, line in enumerate(file.read_text().splitlines(), 1) if line.strip()]
    assert (played["key"], played["lines"]) == ("INC-1", len(lines))
    md, html = (shell(f"postmortem INC-1 --format {form}").output for form in ("md", "html"))
    shown = [int(number) for number in re.findall(r"· line (\d+)", md)]
    assert sorted(shown) == lines
    assert html.count('class="entry"') == len(lines) + 2  # opened and resolved
    assert shell("timeline verify INC-1").exit_code == 0
    for handle in handles(file):
        named = re.compile(rf"(?<!\w){re.escape(handle)}(?!\w)", re.IGNORECASE)
        assert not named.search(md), handle
        assert not named.search(html), handle


def test_the_shared_recordings_are_there() -> None:
    assert len(list(shared("data", "replays").glob("*.jsonl"))) >= 8


def handles(file: Path) -> list[str]:
    """Return the public handles that must not appear."""
    meta = file.with_suffix(".meta.json")
    return list(json.loads(meta.read_text()).get("roles", {})) if meta.exists() else []


def test_a_replay_keeps_the_order_of_the_file_and_the_times_of_the_record(shell: Shell, folder: Path) -> None:
    lines = [
        {"ts": "2026-03-01T23:58:00Z", "actor_role": "on-call", "text": "second by time", "precision": "minute"},
        {"ts": "2026-03-01T23:57:00Z", "actor_role": "user", "text": "first by time", "precision": "minute"},
        {"ts": "2026-03-02T00:12:00Z", "actor_role": "on-call", "text": "over midnight", "precision": "±23 min"},
    ]
    (folder / "night.jsonl").write_text("\n".join(map(json.dumps, lines)))
    assert (
        "INC-1 holds the 3 lines of night.jsonl, from 2026-03-01 23:57 to 2026-03-02 00:12 UTC."
        in shell("replay night.jsonl --title", "A night").output
    )
    entries = json.loads(shell("timeline show INC-1 --json").stdout)
    replayed = sorted((entry for entry in entries if entry["kind"] == "replayed"), key=lambda entry: entry["entry"])
    assert [entry["text"] for entry in replayed] == ["second by time", "first by time", "over midnight"]
    assert next(entry["text"] for entry in entries if entry["kind"] == "replayed") == "first by time"
    assert replayed[2]["margin_s"] == 23 * 60
    incident = json.loads(shell("show INC-1 --json").stdout)
    assert incident["opened_at"] == "2026-03-01T23:57:00Z"
    assert incident["resolved_at"] == "2026-03-02T00:12:00Z"
    assert (incident["status"], incident["test"]) == ("resolved", True)


def test_a_replay_promises_nothing_to_anybody(shell: Shell) -> None:
    shell("replay", str(OURS))
    assert shell("deliveries").output == "Nothing was promised yet.\n"


def test_lines_that_cannot_be_read_are_kept_and_named(shell: Shell, folder: Path) -> None:
    (folder / "torn.jsonl").write_bytes(
        b'{"ts": "2026-03-01T10:00:00Z", "text": "all is well"}\n{"ts": "tomorrow", "text": "no time"}\n\xff not json\n'
    )
    answer = shell("replay torn.jsonl")
    assert answer.exit_code == 0
    assert "holds the 3 lines" in answer.stdout
    assert "torn.jsonl: Line 2 has a `ts` that is no time" in answer.stderr
    assert "torn.jsonl: Line 3 is not JSON; it is kept as text." in answer.stderr
    assert "not json" in shell("timeline show INC-1").output


@pytest.mark.parametrize("content", ["", "\n\n", '{"text": "no time at all"}', "\x00\x00"])
def test_a_file_with_nothing_to_play_opens_no_incident(shell: Shell, folder: Path, content: str) -> None:
    (folder / "empty.jsonl").write_text(content)
    answer = shell("replay empty.jsonl")
    assert answer.exit_code == 1
    assert "empty.jsonl holds nothing to play" in answer.output
    assert shell("list --all").output.startswith("Nothing is going on.")
