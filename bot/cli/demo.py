"""firstfive demo"""

import asyncio
import json
import logging
import os
import shutil
import socket
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.shell import opened

if TYPE_CHECKING:
    from bot.practice.clock import MovableClock
    from bot.settings import Settings

FOLDER = Path(".firstfive")
PAGE_PORT, WEB_PORT = 8090, 8080
HOST = "127.0.0.1"


@click.command(epilog="Example: firstfive demo --port 9000")
@click.option("--port", default=PAGE_PORT, show_default=True, help="Where the page is; a free port if it is taken.")
def demo(port: int) -> None:
    """Try everything in a browser, with a practice workspace instead of Slack.

    Each start begins with an empty workspace and an empty database. The database stays in .firstfive/ until the next
    start, and commands that are typed there see the same incidents.
    """
    from bot.log import configure
    from bot.practice.clock import MovableClock
    from bot.web.serving import fast_loop

    configure("console")
    logging.getLogger().setLevel(logging.WARNING)
    with asyncio.Runner(loop_factory=fast_loop()) as runner:
        runner.run(_practise(port, MovableClock()))


@dataclass(frozen=True)
class _PracticeTime:
    """The bot on the practice workspace's clock, so that the page can put both forward."""

    clock: "MovableClock"

    def now(self) -> datetime:
        return self.clock()


async def _practise(port: int, clock: "MovableClock") -> None:
    from bot.cli.running import run
    from bot.practice.server import Practice
    from bot.practice.tracker_http import PracticeJira
    from bot.web.serving import listen
    from bot.wiring import Roles

    practice = Practice(clock=clock, commands=[slash_command()])
    await practice.start(HOST, _free(port))
    jira = PracticeJira(clock)
    await jira.start(HOST)
    door = listen(HOST, _free(WEB_PORT))
    folder = _fresh(FOLDER / f"demo-{practice.url.rpartition(':')[2]}")
    chosen = _settings(practice.api_url, jira.url, door.getsockname()[1], folder)
    try:
        with opened(of=chosen, clock=_PracticeTime(clock)) as bot:
            await run(bot, Roles(), door, lambda: _say(practice.url, folder))
    finally:
        await practice.stop()
        await jira.stop()


def _settings(api_url: str, jira_url: str, port: int, folder: Path) -> "Settings":
    """Write a firstfive.toml into the demo's folder and read it: commands typed there see the same incidents.

    The environment is left out, so that nothing of a real workspace is reached; only our own checklists and templates
    may be tried here.
    """
    from bot.keyring import create
    from bot.practice.cast import APP_TOKEN, BOT_TOKEN, CLIENT_ID, CLIENT_SECRET
    from bot.practice.tracker import PROJECT
    from bot.practice.tracker_http import TOKEN
    from bot.settings import read_settings
    from bot.tables import FILE

    keyring = folder / "keyring.json"
    create(str(keyring))
    ours = {
        "database_url": f"sqlite:///{folder / 'firstfive.db'}",
        "firstfive_keyring": str(keyring),
        "slack_bot_token": BOT_TOKEN,
        "slack_app_token": APP_TOKEN,
        "slack_client_id": CLIENT_ID,
        "slack_client_secret": CLIENT_SECRET,
        "slack_api_url": api_url,
        "jira_url": jira_url,
        "jira_email": "firstfive@practice.example",
        "jira_api_token": TOKEN,
        "jira_project": PROJECT,
        "firstfive_port": str(port),
    }
    (folder / FILE).write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in ours.items()))
    overrides = {name: value for name, value in os.environ.items() if name == "FIRSTFIVE_OVERRIDES"}
    return read_settings(overrides, folder)


def _fresh(folder: Path) -> Path:
    """Return the folder, empty. Its name holds a port that we listen on, so no other demo is using it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder.resolve()


def _free(port: int) -> int:
    """Return a port that is free now: this one, or any."""
    for wanted in (port, 0):
        try:
            with socket.create_server((HOST, wanted)) as found:
                number: int = found.getsockname()[1]
                return number
        except OSError:
            continue
    raise click.ClickException(f"No port is free on {HOST}. Stop something that listens, then: firstfive demo")


def _say(url: str, folder: Path) -> None:
    click.echo(f"{url}/")
    click.echo("Open it in a browser and type: /incident open sev1 checkout is down")
    click.echo(f"Ctrl-C ends it; the next start begins anew. Commands at a shell work in {folder}")


def slash_command() -> dict[str, Any]:
    """Return /incident with its words, for the page to complete."""
    from bot.slack.commands.words import WORDS

    words = [
        {"word": word.name, "hint": word.usage.removeprefix(word.name).strip(), "help": word.does} for word in WORDS
    ]
    return {
        "command": "/incident",
        "usage_hint": "open sev1 what is wrong",
        "description": "Runs an incident",
        "words": words,
    }
