"""firstfive replay"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.shell import asking, json_option, opened, print_json, severity_option

if TYPE_CHECKING:
    from bot.core.replay import Line, Recording
    from bot.wiring import Bot

IN_ONE_STEP = 100  # lines per transaction


@click.command(epilog="Example: firstfive replay night-of-the-cache.jsonl --title 'The cache is cold'")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--title", help="What the incident is called; the name of the file otherwise.")
@severity_option("sev2")
@json_option(help="Print what was played as JSON.")
def replay(file: Path, title: str | None, severity: str, as_json: bool) -> None:
    """Play a recorded incident into a test incident of its own, and say how to read its postmortem.

    Each line of FILE is a JSON object: ts (with its zone), actor_role, text, and where known kind and precision. Lines
    keep the order of the file and their own times. A line that cannot be read is kept as text.
    """
    from bot.core.replay import parse

    with opened() as bot:
        recording = parse(_text(file), bot.house.clock.now())
        if not recording.lines:
            raise click.ClickException(f"{file} holds nothing to play. {' '.join(recording.problems)}".strip())
        first, last = _ends(recording)
        key = _play(bot, recording, title or file.stem, severity)
    if as_json:
        ends = {"from": first.occurred_at.isoformat(), "to": last.occurred_at.isoformat()}
        print_json({"key": key, "lines": len(recording.lines), **ends, "problems": recording.problems})
        return
    click.echo(
        f"{key} holds the {len(recording.lines)} lines of {file.name}, from {first.occurred_at:%Y-%m-%d %H:%M} "
        f"to {last.occurred_at:%Y-%m-%d %H:%M} UTC."
    )
    for problem in recording.problems:
        click.echo(f"{file.name}: {problem}", err=True)
    click.echo(f"Read its postmortem: firstfive postmortem {key}\nProve its timeline: firstfive timeline verify {key}")


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise click.ClickException(f"{file} cannot be read: {error.strerror}. Name a file that you may read.") from None


def _ends(recording: "Recording") -> tuple["Line", "Line"]:
    """Return the earliest and the latest line: the order of a file is not always the order of what happened."""
    by_time = sorted(recording.lines, key=lambda line: line.occurred_at)
    return by_time[0], by_time[-1]


def _play(bot: "Bot", recording: "Recording", title: str, severity: str) -> str:
    from bot.flows.replay_recording import begin_replay, end_replay, replay_lines
    from store.types import Severity

    first, last = _ends(recording)
    started = bot.house.do_now(begin_replay, asking(), title, Severity(severity), first)
    steps = range(0, len(recording.lines), IN_ONE_STEP)
    with click.progressbar(steps, label="Playing", file=sys.stderr, hidden=len(steps) < 3) as bar:
        for start in bar:
            bot.house.do_now(replay_lines, started, recording.lines[start : start + IN_ONE_STEP])
    bot.house.do_now(end_replay, started, last)
    return started.key
