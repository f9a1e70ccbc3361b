"""Settings of what is outside of Slack and Jira: pages in Confluence, mail, and a model that proposes wording."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from bot.core.homes import Homes
from bot.secret import CONFLUENCE_TOKEN, MODEL_KEY, SMTP_PASSWORD, UNSET, Secret

YES = frozenset({"yes", "true"})


@dataclass(frozen=True)
class Confluence:
    """A space of a Confluence Cloud, where published postmortems become pages under *parent*, a page's number."""

    url: str = ""
    email: str = ""
    space: str = ""
    parent: str = ""
    token: Secret = UNSET

    def __bool__(self) -> bool:
        return bool(self.url and self.email and self.space and self.token)


@dataclass(frozen=True)
class Mail:
    """A server that takes our mail: smtp://user@host:587 begins in plain text and turns to TLS, smtps:// is TLS."""

    url: str = ""
    sender: str = ""
    password: Secret = UNSET

    def __bool__(self) -> bool:
        return bool(self.url and self.sender)


@dataclass(frozen=True)
class Model:
    """An endpoint that speaks as OpenAI's does. It sees private incidents only if *private* says so."""

    url: str = ""
    name: str = ""
    key: Secret = UNSET
    private: bool = False

    def __bool__(self) -> bool:
        return bool(self.url and self.name)


@dataclass(frozen=True)
class Outside:
    """Each is false until it is set up."""

    confluence: Confluence = field(default_factory=Confluence)
    mail: Mail = field(default_factory=Mail)
    model: Model = field(default_factory=Model)

    @property
    def homes(self) -> Homes:
        """What flows need to know of it."""
        return Homes(bool(self.confluence), bool(self.mail), bool(self.model), self.model.private)

    @property
    def secrets(self) -> dict[str, Secret]:
        return {
            CONFLUENCE_TOKEN: self.confluence.token,
            SMTP_PASSWORD: self.mail.password,
            MODEL_KEY: self.model.key,
        }


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.password:
        raise ValueError("write it in full and without a password, such as https://acme.atlassian.net")
    return text.rstrip("/")


def _server(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.password:
        raise ValueError("write it as smtp://user@mail.example.com:587, and the password as FIRSTFIVE_SMTP_PASSWORD.")
    return text


def _mailbox(text: str) -> str:
    name, at, host = text.partition("@")
    if not ((name and at and "." in host) or host == "localhost") or any(letter in text for letter in "\r\n<>, "):
        raise ValueError("it is one address, such as firstfive@example.com")
    return text


def _number(text: str) -> str:
    if not text.isascii() or not text.isdigit():
        raise ValueError("it is the number of a page, which its address shows.")
    return text


def _yes_or_no(text: str) -> bool:
    if text.lower() not in (*YES, "no", "false"):
        raise ValueError("it is yes or no.")
    return text.lower() in YES


VARIABLES: Mapping[str, tuple[str, str]] = {  # the neighbour, and what is told of it
    "CONFLUENCE_URL": ("confluence", "url"),
    "CONFLUENCE_EMAIL": ("confluence", "email"),
    CONFLUENCE_TOKEN: ("confluence", "token"),
    "CONFLUENCE_SPACE": ("confluence", "space"),
    "CONFLUENCE_PARENT": ("confluence", "parent"),
    "FIRSTFIVE_SMTP_URL": ("mail", "url"),
    "FIRSTFIVE_MAIL_FROM": ("mail", "sender"),
    SMTP_PASSWORD: ("mail", "password"),
    "FIRSTFIVE_MODEL_URL": ("model", "url"),
    "FIRSTFIVE_MODEL_NAME": ("model", "name"),
    MODEL_KEY: ("model", "key"),
    "FIRSTFIVE_MODEL_PRIVATE": ("model", "private"),
}
PARSERS = {
    "CONFLUENCE_URL": _address,
    "CONFLUENCE_PARENT": _number,
    "FIRSTFIVE_SMTP_URL": _server,
    "FIRSTFIVE_MAIL_FROM": _mailbox,
    "FIRSTFIVE_MODEL_URL": _address,
    "FIRSTFIVE_MODEL_PRIVATE": _yes_or_no,
}
_TOGETHER = (
    ("Confluence", ("CONFLUENCE_URL", "CONFLUENCE_EMAIL", CONFLUENCE_TOKEN, "CONFLUENCE_SPACE")),
    ("Mail", ("FIRSTFIVE_SMTP_URL", "FIRSTFIVE_MAIL_FROM")),
    ("A model", ("FIRSTFIVE_MODEL_URL", "FIRSTFIVE_MODEL_NAME")),
)


def read_outside(values: Mapping[str, Any], problems: list[str]) -> Outside:
    """Return what is set up, from parsed *values* by the names of their variables."""
    outside = Outside()
    for name, value in values.items():
        neighbour, what = VARIABLES[name]
        outside = replace(outside, **{neighbour: replace(getattr(outside, neighbour), **{what: value})})
    for who, names in _TOGETHER:
        absent = [name for name in names if name not in values]
        if absent and len(absent) < len(names):
            problems.append(f"{who} needs all of {', '.join(names)}. Set {' and '.join(absent)} too, or none of them.")
    return outside
