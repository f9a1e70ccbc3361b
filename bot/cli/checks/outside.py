"""What is outside of Slack and Jira: does each that is set up answer? Nothing is changed, sent or paid for that."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

from bot.cli.checks.finding import Finding, note, ok, wrong
from bot.cli.checks.secrets import vault_in_force
from bot.errors import Failed
from bot.secret import CONFLUENCE_TOKEN, MODEL_KEY, SMTP_PASSWORD
from bot.settings import Settings
from bot.wiring import SystemClock

AGAIN = "firstfive doctor"


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One of them: whether it is set up, where, what it is without it, how to set it up, and how it is asked."""

    about: str
    is_set: bool
    where: str
    without: str
    example: str
    ask: Callable[[Settings], Awaitable[None]]


def check(settings: Settings) -> Iterator[Finding]:
    """Ask each for something that changes nothing."""
    for each in _neighbours(settings):
        if not each.is_set:
            yield note(each.about, each.without, each.example)
            continue
        try:
            asyncio.run(_asked(each, settings))
        except Failed as failed:
            yield wrong(each.about, f"{each.where}: {failed.reason}", f"{AGAIN}, once it is mended")
        else:
            yield ok(each.about, f"{each.where} answers")


def _neighbours(settings: Settings) -> Iterator[Neighbour]:
    confluence, mail, model = settings.outside.confluence, settings.outside.mail, settings.outside.model
    yield Neighbour(
        "Confluence",
        bool(confluence),
        f"{confluence.space} at {confluence.url} (CONFLUENCE_URL)",
        "not connected: published postmortems are told in Slack and kept here",
        "CONFLUENCE_URL=https://… CONFLUENCE_SPACE=OPS … firstfive doctor",
        _ask_confluence,
    )
    yield Neighbour(
        "mail",
        bool(mail),
        f"{mail.url} (FIRSTFIVE_SMTP_URL)",
        "not connected: invitations to reviews are files in Slack",
        "FIRSTFIVE_SMTP_URL=smtp://… FIRSTFIVE_MAIL_FROM=… firstfive doctor",
        _ask_mail,
    )
    if model:
        where = f"{model.name} at {model.url} (FIRSTFIVE_MODEL_URL)"
        yield Neighbour("model", bool(model), where, "", "", _ask_model)


async def _asked(each: Neighbour, settings: Settings) -> None:
    await each.ask(settings)


async def _ask_confluence(settings: Settings) -> None:
    from bot.confluence.api import ConfluenceApi

    api = ConfluenceApi(settings.outside.confluence, vault_in_force(settings).held(CONFLUENCE_TOKEN), SystemClock())
    try:
        await api.space()
    finally:
        await api.close()


async def _ask_mail(settings: Settings) -> None:
    from bot.mail.courier import Courier

    await Courier(settings.outside.mail, vault_in_force(settings).held(SMTP_PASSWORD)).greet()


async def _ask_model(settings: Settings) -> None:
    from bot.model.api import ModelApi

    api = ModelApi(settings.outside.model, vault_in_force(settings).held(MODEL_KEY), SystemClock())
    try:
        await api.greet()
    finally:
        await api.close()
