"""firstfive jira"""

import asyncio
from typing import TYPE_CHECKING, Any

import click

from bot.cli.shell import opened, print_json
from bot.cli.ticket import PRIORITIES, TYPES

if TYPE_CHECKING:
    from bot.wiring import Bot


@click.group(epilog="Example: firstfive jira test-mapping --priority p0")
def jira() -> None:
    """See how action items become tickets. Whether Jira can be used is told by firstfive doctor jira."""


@jira.command("test-mapping", epilog="Example: firstfive jira test-mapping --priority p0 --type repair")
@click.option("--priority", type=click.Choice(PRIORITIES), default="p1", show_default=True)
@click.option("--type", "kind", type=click.Choice(TYPES), default="prevent", show_default=True)
def test_mapping(priority: str, kind: str) -> None:
    """Print the ticket that would be filed for an action item, as Jira would get it. Nothing is filed."""
    with opened() as bot:
        if not bot.settings.has_jira:
            raise click.ClickException("Jira is not connected. Set JIRA_URL, JIRA_PROJECT and JIRA_API_TOKEN.")
        from bot.errors import Failed

        try:
            fields = asyncio.run(_fields(bot, priority, kind))
        except Failed as failed:
            raise click.ClickException(f"{failed.reason}. See what is wrong: firstfive doctor jira") from None
    print_json(fields)


async def _fields(bot: "Bot", priority: str, kind: str) -> dict[str, Any]:
    from bot.flows.file_ticket import example
    from bot.jira.fields import fields_of
    from bot.wiring import jira_desk
    from store.types import ActionType, Priority

    async def nobody(workspace_id: int, about: str) -> None:
        return None

    desk = jira_desk(bot, nobody, nobody)
    try:
        return await fields_of(desk, example(Priority(priority), ActionType(kind), bot.house.clock.now()))
    finally:
        await desk.close()
