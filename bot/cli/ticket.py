"""firstfive ticket"""

from datetime import datetime
from typing import TYPE_CHECKING

import click

from bot.cli.shell import TEXT_AS_TYPED, account, asking, key_argument, opened, text_argument

if TYPE_CHECKING:
    from bot.wiring import Bot

PRIORITIES = ("p0", "p1", "p2", "p3")
TYPES = ("prevent", "mitigate", "detect", "repair", "investigate")


@click.command(
    context_settings=TEXT_AS_TYPED, epilog="Example: firstfive ticket INC-7 --priority p1 alert when the pool is full"
)
@key_argument
@text_argument(required=False)
@click.option("--from-postmortem", is_flag=True, help="File what its postmortem plans, instead of one item.")
@click.option("--owner", help="A Slack user id.")
@click.option("--priority", type=click.Choice(PRIORITIES, case_sensitive=False), default="p2", show_default=True)
@click.option("--type", "kind", type=click.Choice(TYPES, case_sensitive=False), default="prevent", show_default=True)
@click.option("--done-when", help="How anyone can see that it is done.")
@click.option("--due", type=click.DateTime(["%Y-%m-%d"]), help="The day; as the priority demands otherwise.")
def ticket(
    key: str,
    text: str,
    from_postmortem: bool,
    owner: str | None,
    priority: str,
    kind: str,
    done_when: str | None,
    due: datetime | None,
) -> None:
    """Add an action item: what is changed so that it does not happen again."""
    if bool(text) == from_postmortem:
        raise click.UsageError("Say what is to be done, or file what the postmortem plans: --from-postmortem")
    with opened(key) as bot:
        if from_postmortem:
            _file_planned(bot, key)
            return
        from bot.flows.add_action import add_action
        from store.types import ActionType, Priority

        found, item = bot.house.do_now(
            add_action,
            asking(),
            text,
            owner=account(owner),
            priority=Priority(priority),
            type=ActionType(kind),
            due_on=due.date() if due else None,
            done_when=done_when,
            key=key,
        )
    click.echo(f"{found}: action item {item.number} is due on {item.due_on}.")


def _file_planned(bot: "Bot", key: str) -> None:
    """File what the postmortem plans."""
    from bot.flows.file_planned import file_planned

    found, made = bot.house.do_now(file_planned, asking(), key)
    for item in made:
        click.echo(f"{found}: action item {item.number} is due on {item.due_on}: {item.title}")
