"""What is outside of Slack and Jira: does each that is set up answer, and take what we give it?"""

import asyncio
from collections.abc import Iterator

from bot.cli.checks.finding import Finding, note, ok, wrong
from bot.cli.checks.secrets import vault_in_force
from bot.errors import Failed
from bot.secret import CONFLUENCE_TOKEN
from bot.settings import Settings
from bot.wiring import SystemClock

ABOUT = "Confluence"
AGAIN = "firstfive doctor"


def check(settings: Settings) -> Iterator[Finding]:
    """Ask each for something that changes nothing."""
    confluence = settings.outside.confluence
    if not confluence:
        said = "not connected: published postmortems are told in Slack and kept here"
        yield note(ABOUT, said, "CONFLUENCE_URL=https://… CONFLUENCE_SPACE=OPS … firstfive doctor")
        return
    try:
        asyncio.run(_space(settings))
    except Failed as failed:
        yield wrong(ABOUT, f"{confluence.url} (CONFLUENCE_URL): {failed.reason}", f"{AGAIN}, once it is mended")
    else:
        yield ok(ABOUT, f"{confluence.url} shows us the space {confluence.space}")


async def _space(settings: Settings) -> None:
    from bot.confluence.api import ConfluenceApi

    api = ConfluenceApi(settings.outside.confluence, vault_in_force(settings).held(CONFLUENCE_TOKEN), SystemClock())
    try:
        await api.space()
    finally:
        await api.close()
