"""firstfive ticket"""

from datetime import datetime

import click

from bot.cli.shell import TEXT_AS_TYPED, account, asking, key_argument, opened, text_argument

PRIORITIES = ("p0", "p1", "p2", "p3")
TYPES = ("prevent", "mitigate", "detect", "repair", "investigate")


@click.command(
    context_settings=TEXT_AS_TYPED, epilog="Example: firstfive ticket INC-7 --priority p1 alert when the pool is full"
)
@key_argument
@text_argument()
@click.option("--owner", help="A Slack user id.")
@click.option("--priority", type=click.Choice(PRIORITIES, case_sensitive=False), default="p2", show_default=True)
@click.option("--type", "kind", type=click.Choice(TYPES, case_sensitive=False), default="prevent", show_default=True)
@click.option("--done-when", help="How anyone can see that it is done.")
@click.option("--due", type=click.DateTime(["%Y-%m-%d"]), help="The day; as the priority demands otherwise.")
def ticket(
    key: str, text: str, owner: str | None, priority: str, kind: str, done_when: str | None, due: datetime | None
) -> None:
    """Add an action item: what is changed so that it does not happen again."""
    with opened(key) as bot:
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
