"""What commands at a shell share: settings, the opened bot, who asks, and mistakes told without a traceback.

The parts behind a command are imported when it runs, so that ``--help`` and a mistyped word answer at once.
"""

import getpass
import json
import re
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from bot.flows.tx import Request
    from bot.house import Clock
    from bot.settings import Settings
    from bot.wiring import Bot

_IN_SLACK = re.compile(r"/incident ([a-z]+)")
_WITHOUT_KEY = ("open", "list", "help")


def settings() -> "Settings":
    """Read the settings, or fail with every mistake at once."""
    from bot.settings import SettingsError, read_settings

    try:
        return read_settings()
    except SettingsError as error:
        listed = "\n".join(f"  {problem}" for problem in error.problems)
        raise click.ClickException(
            f"The settings cannot be used:\n{listed}\nMend them in the environment or in firstfive.toml."
        ) from None


@contextmanager
def opened(key: str | None = None, *, of: "Settings | None" = None, clock: "Clock | None" = None) -> Iterator["Bot"]:
    """Open the bot for one command. A refusal names the command to type here, about the incident *key*."""
    chosen = of or settings()
    from bot.errors import Refused
    from bot.keyring import KeyringError
    from bot.wiring import Bot

    with explained(chosen):
        try:
            bot = Bot(chosen, clock)
        except KeyringError as error:
            raise click.ClickException(str(error)) from None
        for warning in bot.warnings:
            click.echo(warning, err=True)
        try:
            yield bot
        except Refused as refusal:
            raise click.ClickException(for_shell(str(refusal), key)) from None
        finally:
            bot.close()


@contextmanager
def explained(chosen: "Settings") -> Iterator[None]:
    """Say why the database cannot be used, and what to type."""
    from bot.log import masked
    from store.db import FAULTS

    try:
        yield
    except FAULTS as fault:
        cause = str(getattr(fault, "orig", None) or fault).strip().splitlines()[0]
        raise click.ClickException(
            f"The database {masked(chosen.database_url)} cannot be used: {masked(cause)}. It comes from DATABASE_URL. "
            "See what is wrong: firstfive doctor"
        ) from None


def asking() -> "Request":
    """Return a request by whoever sits at this shell."""
    from bot.flows.tx import Request

    return Request(id=f"shell:{secrets.token_hex(12)}", account=f"shell:{whoami()}")


def whoami() -> str:
    """Return the name of this shell's user, or of the machine where the user has none, as in a container."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return socket.gethostname()


def for_shell(refusal: str, key: str | None) -> str:
    """Return a refusal with the command to type at a shell instead of the one to type in Slack."""

    def typed(match: re.Match[str]) -> str:
        word = match[1]
        return f"firstfive {word}" if word in _WITHOUT_KEY else f"firstfive {word} {key or 'INC-7'}"

    return _IN_SLACK.sub(typed, refusal)


def print_json(value: Any) -> None:
    """Print one JSON document."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))
