"""What commands at a shell share: settings, the opened bot, who asks, and mistakes told without a traceback.

The parts behind a command are imported when it runs, so that ``--help`` and a mistyped word answer at once.
"""

import functools
import json
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bot.machine import whoami

if TYPE_CHECKING:
    from datetime import datetime

    from bot.flows.tx import Request
    from bot.house import Clock
    from bot.settings import Settings
    from bot.wiring import Bot

Command = TypeVar("Command", bound=Callable[..., Any])

SEVERITIES = ("sev1", "sev2", "sev3", "sev4")
TEXT_AS_TYPED = {"ignore_unknown_options": True}  # "-5 % of orders" is what happened, and no option

_IN_SLACK = re.compile(r"/incident ([a-z]+)")
_ACCOUNT = re.compile(r"[UW][A-Z0-9]{5,20}|shell:[\w.-]{1,64}")
_WITHOUT_KEY = ("open", "list", "help")


def key_argument(command: Command) -> Command:
    """Take the incident that is meant: INC-7, inc-7 or 7."""
    return click.argument("key", metavar="INC-7", callback=_key)(command)


def _key(context: click.Context, parameter: click.Parameter, typed: str) -> str:
    number = typed.strip().upper().removeprefix("INC-")
    return f"INC-{int(number)}" if number.isascii() and number.isdigit() and len(number) < 10 else typed


def text_argument(required: bool = True) -> Callable[[Command], Command]:
    """Take everything that follows as one text."""
    return click.argument("text", nargs=-1, required=required, callback=_joined)


def _joined(context: click.Context, parameter: click.Parameter, words: tuple[str, ...]) -> str:
    return " ".join(words)


def severity_option(default: str) -> Callable[[Command], Command]:
    """Take a severity."""
    return click.option(
        "--severity", type=click.Choice(SEVERITIES, case_sensitive=False), default=default, show_default=True
    )


json_option = functools.partial(click.option, "--json", "as_json", is_flag=True)


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


def account(person: str | None) -> str | None:
    """Return a person's account: a Slack user id, also as <@U02AB34CD>, or somebody at a shell as shell:ana."""
    if person is None:
        return None
    plain = person.strip().removeprefix("<").removesuffix(">").removeprefix("@").partition("|")[0]
    if not _ACCOUNT.fullmatch(plain):
        raise click.UsageError(
            f"{person!r} is no account. Write a Slack user id (in Slack: profile, More, Copy member ID), or shell:ana."
        )
    return plain


def for_shell(refusal: str, key: str | None) -> str:
    """Return a refusal with the command to type at a shell instead of the one to type in Slack."""

    def typed(match: re.Match[str]) -> str:
        word = match[1]
        return f"firstfive {word}" if word in _WITHOUT_KEY else f"firstfive {word} {key or 'INC-7'}"

    return _IN_SLACK.sub(typed, refusal)


def incident_id(bot: "Bot", key: str) -> int:
    """Return the row id of an incident, or fail with what to type."""
    from bot.flows.views import incident_id_of

    found = bot.house.read_now(incident_id_of, key)
    if found is None:
        raise click.ClickException(f"There is no incident {key}. See them all: firstfive list --all")
    return found


def zulu(at: "datetime | None") -> str | None:
    """Return a time as programs take it, such as 2026-11-24T03:12:00Z."""
    return at.isoformat().replace("+00:00", "Z") if at else None


def print_json(value: Any) -> None:
    """Print one JSON document."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))
