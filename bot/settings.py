"""Settings: the environment, or ``firstfive.toml``, read once into a frozen value; every mistake is told at once."""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit, urlunsplit
from zoneinfo import ZoneInfo

from bot import outside, tables
from bot.alerting import read_alerting
from bot.core.access import Admission
from bot.core.alerts import NONE_OPENS, Alerting
from bot.core.marked_yaml import nearest
from bot.core.recovery import DEFAULT, Recovery
from bot.core.secrets import OVERLAP
from bot.core.severities import DEFAULTS, Demands
from bot.core.teams import Team
from bot.core.tickets import EVERY, NAMING, SETTLE, Naming
from bot.core.workdays import Calendar
from bot.machine import is_loopback
from bot.outside import Outside, read_outside
from bot.password import PasswordCommand
from bot.secret import SECRETS, SENDERS, UNSET, Secret, mistaken
from bot.tables import FILE
from bot.teams import read_teams
from bot.variables import PARSERS
from store.types import WebRole

_PASSWORD = re.compile(r"(?<=:)[^:@/]+(?=@)")


class SettingsError(Exception):
    """The settings cannot be used. Each of ``problems`` says what is wrong and how to mend it."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Settings:
    """What a person may set. The names in the environment stand in ``docs/reference/settings.md``."""

    database_url: str = field(default="sqlite:///firstfive.db", repr=False)  # it may hold a password
    database_login: Secret = UNSET
    database_password_command: PasswordCommand | None = None
    slack_bot_token: Secret = UNSET
    slack_app_token: Secret = UNSET
    slack_signing_secret: Secret = UNSET
    slack_client_id: str = ""
    slack_client_secret: Secret = UNSET
    slack_api_url: str = "https://slack.com/api/"
    jira_url: str = ""
    jira_browse_url: str = ""
    jira_email: str = ""
    jira_api_token: Secret = UNSET
    jira_project: str = ""
    jira_webhook_secret: Secret = UNSET
    jira_settle: timedelta = SETTLE
    jira_every: timedelta = EVERY
    senders: Mapping[str, Secret] = field(default_factory=dict)  # by the names of their variables
    url: str = ""
    host: str = "127.0.0.1"
    port: int = 8080
    overrides: Path | None = None
    keyring: str = field(default="firstfive-keyring.json", repr=False)  # it may be the keys themselves
    secret_overlap: timedelta = OVERLAP
    announce_channel: str = "incidents"
    webhooks_to_loopback: bool = False
    timezone: str = "UTC"
    log_format: str = "console"
    demands: Demands = field(default_factory=lambda: DEFAULTS)
    recovery: Recovery = DEFAULT
    teams: tuple[Team, ...] = (Team("everyone", "incidents"),)
    naming: Naming = NAMING
    alerting: Alerting = NONE_OPENS
    web_role: WebRole = WebRole.RESPONDER
    admins: tuple[str, ...] = ()
    api_per_minute: int = 1200
    outside: Outside = field(default_factory=Outside)

    @property
    def admission(self) -> Admission:
        """Who comes in as what on the web."""
        return Admission(self.web_role, self.admins)

    @property
    def is_installable(self) -> bool:
        """Whether people install the app in their workspaces, instead of one that its token is for."""
        return bool(self.slack_client_id and not self.slack_bot_token)

    @property
    def has_slack(self) -> bool:
        """Whether there is a Slack: one workspace by its token, or several by installing the app."""
        return bool(self.slack_bot_token or self.slack_client_id)

    @property
    def public_url(self) -> str:
        """Where people reach the web door."""
        return (self.url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def is_local(self) -> bool:
        """Whether only whoever sits at this machine reaches the web door, as far as the settings say."""
        return is_loopback(self.host) and is_loopback(urlsplit(self.public_url).hostname or "")

    @property
    def has_jira(self) -> bool:
        """Whether tickets are filed from here."""
        return bool(self.jira_url and self.jira_api_token and self.jira_project)

    @property
    def browse_url(self) -> str:
        """Where people see tickets, which may be elsewhere than where the API is; "" without Jira."""
        return (self.jira_browse_url or self.jira_url).rstrip("/")

    @property
    def database_user(self) -> str:
        """Who connects to the database, as DATABASE_URL says."""
        return unquote(urlsplit(self.database_url).username or "")

    @property
    def database_address(self) -> str:
        """DATABASE_URL with the login in it, where that is kept apart."""
        parts = urlsplit(self.database_url)
        if self.database_password_command is not None:
            user, password = self.database_user, self.database_password_command.password()
        elif self.database_login:
            user, _, password = self.database_login.value().partition(":")
        else:
            return self.database_url
        place = parts.netloc.rpartition("@")[2]
        return urlunsplit(parts._replace(netloc=f"{quote(user, safe='')}:{quote(password, safe='')}@{place}"))

    @property
    def secrets(self) -> dict[str, Secret]:
        """The secrets that are set, by the name of their variable."""
        held = {name: getattr(self, VARIABLES[name]) for name in SECRETS if name in VARIABLES}
        return {name: secret for name, secret in {**held, **self.senders, **self.outside.secrets}.items() if secret}


VARIABLES = {
    "DATABASE_URL": "database_url",
    "DATABASE_LOGIN": "database_login",
    "DATABASE_PASSWORD_COMMAND": "database_password_command",
    "SLACK_BOT_TOKEN": "slack_bot_token",
    "SLACK_APP_TOKEN": "slack_app_token",
    "SLACK_SIGNING_SECRET": "slack_signing_secret",
    "SLACK_CLIENT_ID": "slack_client_id",
    "SLACK_CLIENT_SECRET": "slack_client_secret",
    "SLACK_API_URL": "slack_api_url",
    "JIRA_URL": "jira_url",
    "JIRA_BROWSE_URL": "jira_browse_url",
    "JIRA_EMAIL": "jira_email",
    "JIRA_API_TOKEN": "jira_api_token",
    "JIRA_PROJECT": "jira_project",
    "JIRA_WEBHOOK_SECRET": "jira_webhook_secret",
    "JIRA_SETTLE_SECONDS": "jira_settle",
    "JIRA_POLL_SECONDS": "jira_every",
    "FIRSTFIVE_URL": "url",
    "FIRSTFIVE_HOST": "host",
    "FIRSTFIVE_PORT": "port",
    "FIRSTFIVE_OVERRIDES": "overrides",
    "FIRSTFIVE_KEYRING": "keyring",
    "FIRSTFIVE_SECRET_OVERLAP": "secret_overlap",
    "FIRSTFIVE_ANNOUNCE_CHANNEL": "announce_channel",
    "FIRSTFIVE_WEBHOOKS_TO_LOOPBACK": "webhooks_to_loopback",
    "FIRSTFIVE_TIMEZONE": "timezone",
    "FIRSTFIVE_LOG_FORMAT": "log_format",
    "FIRSTFIVE_WEB_ROLE": "web_role",
    "FIRSTFIVE_ADMINS": "admins",
    "FIRSTFIVE_API_PER_MINUTE": "api_per_minute",
}


def read_settings(environment: Mapping[str, str] | None = None, folder: Path | None = None) -> Settings:
    """Read settings; the environment wins over ``firstfive.toml``. Raise SettingsError with all mistakes."""
    environment = os.environ if environment is None else environment
    problems: list[str] = []
    from_file = _file((folder or Path.cwd()) / FILE, problems)
    demands = tables.demands(from_file.pop("severity", {}), problems)
    recovery = tables.recovery(from_file.pop("recovery", {}), problems)
    naming = tables.naming(from_file.pop("jira", {}), problems)
    alerting = read_alerting(from_file.pop("alerts", {}), problems)
    teams = from_file.pop("team", {})
    given = _given(from_file, environment, problems)
    values = {field: _value(name, given, problems) for name, field in VARIABLES.items() if _is_given(name, given)}
    senders = {name: _value(name, given, problems) for name in SENDERS if _is_given(name, given)}
    settings = replace(Settings(), **values, senders=senders, demands=demands, recovery=recovery, naming=naming)
    told = {name: _value(name, given, problems) for name in outside.VARIABLES if _is_given(name, given)}
    settings = replace(settings, alerting=alerting, outside=read_outside(told, problems))
    everyone = Team("everyone", settings.announce_channel, Calendar(ZoneInfo(settings.timezone or "UTC")))
    settings = replace(settings, teams=read_teams(teams, everyone, problems))
    problems += _conflicts(settings)
    if problems:
        raise SettingsError(problems)
    return settings


_FROM_FILES = {f"{name}_FILE": name for name in SECRETS}
_ALONE = {*VARIABLES, *SENDERS, *outside.VARIABLES}
_KNOWN = {*_ALONE, *_FROM_FILES}


def _given(from_file: Mapping[str, Any], environment: Mapping[str, str], problems: list[str]) -> dict[str, str]:
    """Return what is set, by the name of its variable. The environment wins, whichever way a secret is given there."""
    given = {}
    names = [name.lower() for name in _ALONE]
    for key, value in from_file.items():
        if key.upper() not in _KNOWN or key != key.lower():
            problems.append(f"{FILE}: {key!r} is no setting. {nearest(key, names)}")
        elif isinstance(value, dict | list):
            problems.append(f"{FILE}: {key} is one value, not a table or a list.")
        else:
            given[key.upper()] = str(value)
    here = {name: value for name, value in environment.items() if value != ""}
    for plain, in_file in ((name, path) for path, name in _FROM_FILES.items()):
        if plain in here or in_file in here:
            given.pop(plain, None)
            given.pop(in_file, None)
    unknown = (name for name in here if name.startswith("FIRSTFIVE_") and name not in _KNOWN)
    problems += [f"{name} is no setting. {nearest(name, sorted(_ALONE))}" for name in unknown]
    return given | here


def _is_given(name: str, given: Mapping[str, str]) -> bool:
    return name in given or (name in SECRETS and f"{name}_FILE" in given)


def _file(path: Path, problems: list[str]) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        problems.append(f"{path} cannot be read: {error}")
        return {}


def _value(name: str, given: Mapping[str, str], problems: list[str]) -> Any:
    if name in SECRETS:
        return _secret(name, given, problems)
    text = given[name]
    try:
        return PARSERS.get(name, str)(text)
    except ValueError as error:
        problems.append(f"{name}={_PASSWORD.sub('***', text)!r}: {error}")
        return None


def _secret(name: str, given: Mapping[str, str], problems: list[str]) -> Secret:
    if name in given and f"{name}_FILE" in given:
        problems.append(f"{name} and {name}_FILE are both set. Keep one of them.")
    path = Path(given[f"{name}_FILE"]) if f"{name}_FILE" in given else None
    secret = Secret(given.get(name, ""), path)
    try:
        value = secret.value()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it holds no text"
        problems.append(f"{name}_FILE={path}: {reason}. Name a file that the bot may read.")
        return secret
    if not value:
        problems.append(f"{name}_FILE={path}: the file is empty. Write the secret into it.")
    elif mistake := mistaken(name, value):
        problems.append(mistake)
    return secret


def _conflicts(settings: Settings) -> list[str]:
    problems = []
    if settings.database_login and (settings.database_url or "").startswith("sqlite"):  # None when it is amiss
        problems.append("DATABASE_LOGIN is set, and SQLite knows no users. Leave it out, or name PostgreSQL.")
    if settings.database_password_command is not None:
        if settings.database_login:
            problems.append("DATABASE_LOGIN and DATABASE_PASSWORD_COMMAND are both set. Keep one of them.")
        if not urlsplit(settings.database_url or "").username:
            problems.append("DATABASE_PASSWORD_COMMAND needs a user: DATABASE_URL=postgresql+psycopg://user@host/name")
    jira = {
        "JIRA_URL": settings.jira_url,
        "JIRA_API_TOKEN": settings.jira_api_token,
        "JIRA_PROJECT": settings.jira_project,
    }
    if any(jira.values()) and not all(jira.values()):
        absent = " and ".join(name for name, value in jira.items() if not value)
        problems.append(f"Jira needs all of {', '.join(jira)}. Set {absent} too, or none: tickets then wait here.")
    if settings.slack_app_token and not settings.slack_bot_token and not settings.slack_client_id:
        problems.append("SLACK_APP_TOKEN is set and SLACK_BOT_TOKEN is not. Set both for Socket Mode.")
    if bool(settings.slack_client_id) != bool(settings.slack_client_secret):
        problems.append("SLACK_CLIENT_ID and SLACK_CLIENT_SECRET go together. Set both, or neither.")
    if settings.slack_client_id and not settings.slack_app_token and not settings.slack_signing_secret:
        problems.append("SLACK_CLIENT_ID is set, and Slack cannot reach the bot. Set SLACK_SIGNING_SECRET too.")
    if settings.slack_bot_token and not settings.slack_app_token and not settings.slack_signing_secret:
        problems.append(
            "SLACK_BOT_TOKEN is set, but neither SLACK_APP_TOKEN (Socket Mode) nor SLACK_SIGNING_SECRET (HTTP). "
            "Set one, or Slack cannot reach the bot."
        )
    return problems
