"""Builds every part from Settings. The only maker, and the only clock."""

import asyncio
import contextlib
import os
import socket
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.alerts.table import SENDERS as ALERTS
from bot.alerts.take import take_alert
from bot.assets import Assets
from bot.changes.table import KIND as CHANGE
from bot.changes.table import SENDERS as CHANGES
from bot.changes.take import take_change
from bot.core.alerts import KIND as ALERT
from bot.core.blameless import Checker
from bot.core.keyring import Keyring
from bot.core.links import Links
from bot.core.lint import check, standing
from bot.core.rulebook import Finding, Level
from bot.core.secrets import LINKS
from bot.doors import doors
from bot.flows.tx import Rules
from bot.house import Clock, House
from bot.jira.webhook import KIND as JIRA_SAYS
from bot.jira.webhook import SENDER as JIRA
from bot.jira.webhook import take_webhook
from bot.jobs.timer import Timer
from bot.keyring import KeyringError, create, load, shown
from bot.machine import whoami
from bot.outbox.knocking import Knocking, place_of
from bot.outbox.outcome import Done, Handler
from bot.outbox.presence import Presence
from bot.outbox.worker import Outbox
from bot.render import Renderer
from bot.secret import BOT_TOKEN, DATABASE_LOGIN, JIRA_TOKEN
from bot.settings import Settings
from bot.slack.api import SlackApi, Token
from bot.slack.app import SlackApp
from bot.slack.desk import Desk
from bot.slack.desks import Desks
from bot.slack.install import Installing
from bot.slack.members import member_of
from bot.slack.send.table import QUOTAS
from bot.slack.send.table import SENDERS as SLACK_SENDERS
from bot.slack.signing_in import SigningIn
from bot.slack.sockets import Sockets
from bot.vault import Vault
from bot.web.app import web_app
from bot.web.parts import Parts
from bot.webhooks.courier import Courier
from bot.webhooks.table import SENDERS as WEBHOOK_SENDERS
from store.db import FAULTS, Database, upgrade
from store.effects import Claimed
from store.ground import bring_key, first_key
from store.keys import wrapping_keys

if TYPE_CHECKING:
    from bot.jira.api import JiraApi
    from bot.jira.desk import AccountWith, EmailOf
    from bot.jira.desk import Desk as JiraDesk

SENDERS = {"jira/webhook": JIRA} | {f"alerts/{name}": sender for name, sender in ALERTS.items()}
SENDERS |= {f"changes/{name}": sender for name, sender in CHANGES.items()}
LAST_WORDS = 2.0  # seconds, beside those for what is being sent, to write down what came of it


class SystemClock:
    """The time of this machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class Bot:
    """Every part of one process. Commands at a shell use ``house``; ``firstfive serve`` runs the rest as well."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        clock = clock or SystemClock()
        self.settings, self.vault = settings, Vault(settings, clock)
        upgrade(settings.database_address)
        database = Database(settings.database_address, **_logins(settings, self.vault))
        self.warnings: list[str] = []
        try:
            keyring = self._keyring(database)
        except KeyringError:
            database.close()
            raise
        self.assets = Assets(settings.overrides)
        zone = ZoneInfo(settings.timezone)
        checklists, every = (lambda: self.assets.checklists()[0]), settings.jira_every
        teams, alerting = settings.teams, settings.alerting
        admission = settings.admission
        homes = settings.outside.homes
        rules = Rules(settings.demands, checklists, zone, self.checked, teams, every, alerting, admission, homes)
        self.house = House(database, clock, keyring, rules)
        self.vault.open(self.house)
        self.renderer = Renderer(self.assets.template_folders())
        self.links = Links(settings.public_url, self.vault.held(LINKS).texts)

    def found(self, text: str) -> list[Finding]:
        """Return everything that the checker finds in a postmortem in Markdown."""
        book, _ = self.assets.rulebook()
        return check(text, Checker(book))

    def checked(self, text: str) -> list[Finding]:
        """Return what the checker has to say of a postmortem in Markdown, and nobody overruled."""
        return standing(self.found(text), Level.MEDIUM)

    def _keyring(self, database: Database) -> Keyring:
        """Load the keyring, or make it on the first start. Never make one for a database that has one elsewhere."""
        with database.read() as db:
            first = first_key(db)
            needed = wrapping_keys(db) or ({first} if first else set())
        place = self.settings.keyring
        ring = load(place)
        if ring is None and needed:
            raise KeyringError(
                f"There is no keyring at {place}, and this database has one. Restore it from your backup, copy it from "
                "a machine where the bot runs, or set FIRSTFIVE_KEYRING to where it is. Without it, notes and messages "
                "cannot be read."
            )
        if ring is None:
            return self._new_keyring(database, place)
        if missing := needed - set(ring.keys):
            lost = f"The keyring at {shown(place)} lacks the key {min(missing)}."
            raise KeyringError(f"{lost} Restore it from your backup, or copy it from a machine where the bot runs.")
        if first is None:
            _bring(database, ring)
        return ring

    def _new_keyring(self, database: Database, place: str) -> Keyring:
        """Make a keyring. When two processes do so at once, the second takes its own away again."""
        ring = create(place)
        try:
            _bring(database, ring)
        except KeyringError:
            Path(place).unlink()
            raise
        self.warnings.append(
            f"A new keyring was made: {place}. Back it up, apart from the database. Without it nobody can read the "
            "notes and messages on your timelines, and with it anyone can. Another machine needs a copy of it."
        )
        return ring

    def close(self) -> None:
        """Close the house."""
        self.house.close()


def _logins(settings: Settings, vault: Vault) -> dict[str, Any]:
    """Return who connects to the database: by a command's password, or by the login that is in force."""
    command, user = settings.database_password_command, settings.database_user
    if command is None:
        return {"logins": vault.held(DATABASE_LOGIN).texts}
    return {
        "logins": lambda: [f"{user}:{command.password()}"],
        "renew": lambda login: command.renew(login.partition(":")[2]),
    }


def _bring(database: Database, ring: Keyring) -> None:
    """Tell the database which key is its first. Raise KeyringError when another process told it of another one."""
    with database.write() as db:
        first = bring_key(db, ring.current)
    if first not in ring.keys:
        raise KeyringError(
            f"Another process made a keyring for this database first, with the key {first}. Copy that file to this "
            "machine, or give both the same FIRSTFIVE_KEYRING."
        )


@dataclass(frozen=True, slots=True)
class Roles:
    """Which parts a process runs."""

    web: bool = True
    outbox: bool = True
    jobs: bool = True


class Server:
    """A running bot. Make it inside the event loop that it is to live in."""

    def __init__(self, bot: Bot, roles: Roles = Roles(), doctor: Callable[[], Sequence[Any]] | None = None) -> None:
        settings = bot.settings
        self.bot, self._roles = bot, roles
        self.has_slack = settings.has_slack
        self.desk = self._desk(bot.vault.held(BOT_TOKEN))
        self.desks = Desks(bot.house, None if settings.is_installable else self.desk, self._desk)
        self.slack = SlackApp(self.desks, settings, bot.vault)
        self.sockets = Sockets(settings, bot.vault, bot.house.clock, self.slack)
        installing = Installing(bot.house, settings, bot.vault)
        signing_in = SigningIn(bot.house, settings, bot.vault, self.desks)
        self.courier = Courier(bot.house, loopback=settings.webhooks_to_loopback)
        self.handlers: dict[str, Handler] = {
            kind: partial(send, self.courier) for kind, send in WEBHOOK_SENDERS.items()
        }
        self.handlers |= {ALERT: partial(take_alert, bot.house), CHANGE: partial(take_change, bot.house)}
        self.handlers[JIRA_SAYS] = partial(take_webhook, bot.house)
        if self.has_slack:
            self.handlers |= {kind: partial(_at_its_desk, self.desks, send) for kind, send in SLACK_SENDERS.items()}
        self.jira: JiraDesk | None = None
        if settings.has_jira:
            from bot.jira.table import SENDERS as JIRA_SENDERS

            desks = self.desks if self.has_slack else None
            self.jira = jira_desk(bot, partial(_email_of, desks), partial(_account_with, desks))
            self.handlers |= {kind: partial(send, self.jira) for kind, send in JIRA_SENDERS.items()}
        email_of = partial(_email_of, self.desks if self.has_slack else None)
        self.outside = list(doors(settings.outside, bot.house, bot.vault, bot.renderer, bot.links, email_of))
        self.handlers |= {kind: handler for door in self.outside for kind, handler in door.handlers.items()}
        self.outbox = Outbox(bot.house, self.handlers, QUOTAS, settings.recovery)
        self.timer = Timer(bot.house, f"{socket.gethostname()}:{os.getpid()}")
        self.parts = Parts(
            house=bot.house,
            renderer=bot.renderer,
            links=bot.links,
            vault=bot.vault,
            senders=SENDERS,
            slack=self.slack.handle if self.has_slack else None,
            install=installing if settings.is_installable else None,
            sign_in=signing_in if settings.slack_client_id else None,
            members=partial(member_of, self.desks) if self.has_slack else None,
            at_machine=f"shell:{whoami()}" if settings.is_local else "",
            missing=self._missing,
            doctor=doctor,
            api_per_minute=settings.api_per_minute,
            tickets=settings.browse_url,
            fonts=bot.assets.fonts,
            lint=bot.found,
            webhooks_to_loopback=settings.webhooks_to_loopback,
        )
        self.web = web_app(self.parts)
        urls = {"slack": settings.slack_api_url, "jira": settings.jira_url}
        self.knocking = Knocking(bot.house, self.outbox, {name: place_of(url) for name, url in urls.items() if url})
        self.presence = None if bot.house.database.is_sqlite else Presence(bot.house, self.outbox)
        self._tasks: list[asyncio.Task[None]] = []
        self._keeping: asyncio.Task[None] | None = None
        self._arrival: asyncio.Task[None] | None = None

    def _desk(self, token: Token) -> Desk:
        bot = self.bot
        api = SlackApi(token, bot.settings.slack_api_url, bot.house.clock)
        return Desk(api, bot.house, bot.settings, bot.renderer, bot.links)

    async def start(self) -> None:
        """Start every part that this process has. Slack need not answer for that."""
        await self.bot.vault.look(self.bot.house)
        self._run(self.bot.vault.watch(self.bot.house))
        await self.courier.open()
        if self.has_slack:
            await self.desks.open()
        if self._roles.outbox:
            self._keeping = asyncio.create_task(self.outbox.run())
            self._run(self.knocking.run())
            if self.presence is not None:
                self._run(self.presence.run())
            self._arrival = asyncio.create_task(self.desk.arrive()) if self.bot.settings.slack_bot_token else None
        if self._roles.jobs:
            self.timer.start()
        if self._roles.web and self.has_slack and self.bot.settings.slack_app_token:
            self._run(self.sockets.run())

    async def stop(self, patience: float = 8.0) -> None:
        """Stop taking, finish what is being sent within *patience* seconds, let go of the rest, and close."""
        for task in filter(None, (*self._tasks, self._arrival)):
            task.cancel()
        with contextlib.suppress(TimeoutError, *FAULTS):  # What a database that is away is not told, claims' ends tell.
            async with asyncio.timeout(patience + LAST_WORDS):
                if self._roles.jobs:
                    await self.timer.stop()
                await asyncio.gather(self.slack.finish(), self.outbox.drain(patience), *map(_ended, self._tasks))
                await self._let_go()
        await self.courier.close()
        if self.jira is not None:
            await self.jira.close()
        for door in self.outside:
            await door.close()
        if self.has_slack:
            await self.desks.close()

    async def _let_go(self) -> None:
        """Give back what this process holds, once it can claim nothing more."""
        if self._keeping is not None:
            await self._keeping
            await self.outbox.let_go()

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.append(asyncio.get_running_loop().create_task(work))

    async def _missing(self) -> list[str]:
        """Return the parts that should run and do not."""
        parts = filter(None, (*self._tasks, self._keeping))
        missing = [f"{task.get_coro()} ended" for task in parts if task.done()]
        try:
            fits = await asyncio.to_thread(self.bot.house.database.fits)
        except FAULTS:
            return [*missing, "the database does not answer"]
        if not fits:
            missing.append("migrations: run firstfive db upgrade")
        return missing


async def _at_its_desk(desks: Desks, send: Callable[[Desk, Claimed], Awaitable[Done]], effect: Claimed) -> Done:
    """Send an effect through the desk of its workspace."""
    return await send(await desks.of_workspace(effect.workspace_id), effect)


async def _email_of(desks: Desks | None, workspace_id: int, account: str) -> str | None:
    """Return the address under which Slack knows somebody; None for somebody at a shell."""
    if desks is None or ":" in account:
        return None
    return await (await desks.of_workspace(workspace_id)).email_of(account)


async def _account_with(desks: Desks | None, workspace_id: int, email: str) -> str | None:
    """Return the account of whoever has this address in Slack; None when nobody has."""
    return await (await desks.of_workspace(workspace_id)).account_with(email) if desks else None


def jira_api(settings: Settings, vault: Vault, clock: Clock) -> "JiraApi":
    """Return Jira's API, as the account of the settings."""
    from bot.jira.api import JiraApi  # It takes 8 MB and 60 ms that most do without.

    return JiraApi(settings.jira_url, settings.jira_email, vault.held(JIRA_TOKEN), clock)


def jira_desk(bot: Bot, email_of: "EmailOf", account_with: "AccountWith") -> "JiraDesk":
    """Return the door to Jira. The two say under which address a workspace knows an account, and whom an address is."""
    from bot.jira.desk import Desk as JiraDesk
    from bot.jira.project import Project

    settings = bot.settings
    api = jira_api(settings, bot.vault, bot.house.clock)
    project = Project(api, settings.jira_project, settings.naming)
    return JiraDesk(api, project, bot.house, bot.links.base, settings.jira_settle, email_of, account_with)


async def _ended(task: asyncio.Task[None]) -> None:
    await asyncio.wait([task])
