"""firstfive secrets"""

import sys
import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TextIO

import click

from bot.cli.shell import asking, json_option, opened, print_json, zulu

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.keyring import Keyring
    from bot.core.secrets import Version
    from bot.wiring import Bot

KEYRING = "FIRSTFIVE_KEYRING"
SEEN = 3.0  # seconds until every process has read a changed keyring
SHORTEST = timedelta(seconds=10)  # that a former key stays: transactions under way may still wrap with it


@click.group(epilog="Example: firstfive secrets rotate SLACK_SIGNING_SECRET")
def secrets() -> None:
    """Replace secrets while everything runs, and see which are in use."""


@secrets.command("list", epilog="Example: firstfive secrets list --json")
@json_option(help="Print the versions as JSON.")
def list_(as_json: bool) -> None:
    """List every secret's versions: which is current, until when the others hold, and when each was last used."""
    with opened() as bot:
        from bot.flows.keep_secret import secret_versions

        now = bot.house.clock.now()
        versions = bot.house.read_now(secret_versions)
        rows = [_version_object(version, now) for version in versions] + _key_objects(bot.house.keyring, now)
    if as_json:
        print_json(rows)
        return
    click.echo(f"{'secret':<24} {'version':<13} {'state':<8} {'ends':<21} last used")
    for row in rows:
        ends, used = (row[at] or "" for at in ("ends_at", "used_at"))
        click.echo(f"{row['name']:<24} {row['version']:<13} {row['state']:<8} {ends:<21} {used or '-'}".rstrip())


@secrets.command("rotate", epilog="Example: firstfive secrets rotate SLACK_SIGNING_SECRET --from new-secret.txt")
@click.argument("name")
@click.option("--from", "source", type=click.File(), help="A file with the new value, - for standard input.")
@click.option("--keep", type=click.FloatRange(0, 8760), help="Hours that the old version holds. [default: 24]")
def rotate(name: str, source: TextIO | None, keep: float | None) -> None:
    """Make a new version current. The old one holds for a day, so that nobody is refused meanwhile.

    What Slack, Jira or the database made is asked for, or read from a file; it is never an argument, which every user
    of this machine could read. What is made here, links and FIRSTFIVE_KEYRING, needs no value.
    """
    with opened() as bot:
        overlap = bot.settings.secret_overlap if keep is None else timedelta(hours=keep)
        if name.upper() == KEYRING:
            _turn_keyring(bot, overlap)
            return
        name, text = _new_value(bot, name, source)
        from bot.flows.turn_secret import turn_secret

        number = bot.house.do_now(turn_secret, asking(), name, text, overlap)
        click.echo(f"Version {number} of {name} is current, for every process within two seconds.")
        if number > 1:
            click.echo(f"{_until(bot.house.clock.now() + overlap, overlap)} See who uses what: firstfive secrets list")


@secrets.command("retire", epilog="Example: firstfive secrets retire SLACK_SIGNING_SECRET 1")
@click.argument("name")
@click.argument("version", type=int)
@click.option("--force", is_flag=True, help="Retire it although it was used within the last hour.")
def retire(name: str, version: int, force: bool) -> None:
    """End an old version now. Refused while it is used; what it still signs or opens is refused from then on."""
    with opened() as bot:
        from bot.flows.keep_secret import secret_versions
        from bot.flows.turn_secret import end_secret

        name = _known(name, {version.name for version in bot.house.read_now(secret_versions)})
        bot.house.do_now(end_secret, asking(), name, version, forced=force)
        click.echo(f"Version {version} of {name} has ended, for every process within two seconds.")


def _known(name: str, known: set[str]) -> str:
    """Return the one of the known names that is meant, however it was typed."""
    from bot.core.marked_yaml import nearest

    found = next((one for one in known if one.lower() == name.lower()), None)
    if found is None:
        raise click.ClickException(
            f"{name!r} is none of the secrets here. {nearest(name, sorted(known))} "
            "The secret of an endpoint is rotated with firstfive webhooks rotate-secret."
        )
    return found


def _new_value(bot: "Bot", name: str, source: TextIO | None) -> tuple[str, str]:
    """Return a secret's name and its new value, checked as far as that can be done from here."""
    import secrets

    from bot.core.secrets import LINKS
    from bot.secret import DATABASE_LOGIN, mistaken

    name = _known(name, {*bot.settings.secrets, LINKS})
    if name == LINKS:
        return name, secrets.token_hex(32)
    text = _read(name, source).strip()
    problem = mistaken(name, text)
    if not text:
        problem = f"There is no value. Give one: firstfive secrets rotate {name} --from FILE"
    if not problem and text in bot.vault.held(name).texts()[:1]:
        problem = f"That is the version of {name} which is current. Make a new one where it comes from first."
    if not problem and name == DATABASE_LOGIN:
        problem = _refused_login(bot, text)
    if problem:
        raise click.ClickException(problem)
    return name, text


def _read(name: str, source: TextIO | None) -> str:
    if source is not None:
        return source.read()
    if sys.stdin.isatty():
        return str(click.prompt(f"The new {name} (it is not shown)", hide_input=True))
    return sys.stdin.read()


def _refused_login(bot: "Bot", login: str) -> str:
    """Return why the database does not take a login, or "" when it does."""
    from contextlib import closing

    from store.db import FAULTS, Database

    try:
        with closing(Database(bot.settings.database_url, logins=lambda: [login])) as database:
            database.revision()
    except FAULTS as fault:
        cause = str(getattr(fault, "orig", None) or fault).strip().splitlines()[-1]
        return f"The database does not take that login, and nothing was changed: {cause}"
    return ""


def _turn_keyring(bot: "Bot", overlap: timedelta) -> None:
    """Give the keyring a new current key: first let every process read it, then let them wrap with it."""
    from bot.core.keyring import key_id
    from bot.flows.keep_account import account_at_shell
    from bot.keyring import KeyringError, alter, new_key, shown
    from store.types import Audited

    key, place = new_key(), bot.settings.keyring
    try:
        alter(place, lambda ring: ring.with_key(key))
        threading.Event().wait(SEEN)
        ends_at = bot.house.clock.now() + max(overlap, SHORTEST)
        alter(place, lambda ring: ring.turned_to(key_id(key), ends_at))
    except KeyringError as error:
        raise click.ClickException(str(error)) from None
    bot.house.do_now(account_at_shell, asking(), Audited.SECRET_ROTATED, f"{KEYRING} {key_id(key)}")
    click.echo(f"{key_id(key)} is the current key of {shown(place)}. Back the keyring up, apart from the database.")
    click.echo(
        "firstfive serve rewraps what the former keys wrapped, and destroys each of them once nothing is left and "
        f"{ends_at:%Y-%m-%d %H:%M} UTC is over."
    )


def _until(ends_at: "datetime", overlap: timedelta) -> str:
    return f"The one before holds until {ends_at:%Y-%m-%d %H:%M} UTC." if overlap else "The one before has ended."


def _version_object(version: "Version", now: "datetime") -> dict[str, Any]:
    state = "current" if version.ends_at is None else "valid" if version.is_valid(now) else "ended"
    return {
        "name": version.name,
        "version": version.number,
        "state": state,
        "made_at": zulu(version.made_at),
        "ends_at": zulu(version.ends_at),
        "used_at": zulu(version.used_at),
    }


def _key_objects(ring: "Keyring", now: "datetime") -> list[dict[str, Any]]:
    """Return the keys of the keyring as versions. Which of them is needed is what the rows say, so none has a use."""
    return [
        {
            "name": KEYRING,
            "version": kek_id,
            "state": "current" if kek_id == ring.current else "ended" if kek_id in ring.ended(now) else "valid",
            "made_at": None,
            "ends_at": zulu(ring.ends.get(kek_id)),
            "used_at": None,
        }
        for kek_id in ring.keys
    ]
