"""firstfive actions"""

from typing import TYPE_CHECKING, Any

import click

from bot.cli.shell import account, json_option, opened, print_json

if TYPE_CHECKING:
    from bot.core.board import Wish

STATES = ("open", "done", "declined", "all")
PRIORITIES = ("p0", "p1", "p2", "p3")


@click.group(invoke_without_command=True, epilog="Example: firstfive actions report")
@click.pass_context
def actions(context: click.Context) -> None:
    """Show what is to be done so that it does not happen again. Those of private incidents are not listed."""
    if context.invoked_subcommand is None:
        context.invoke(list_, state="open", as_json=False)


@actions.command("list", epilog="Example: firstfive actions list --overdue --team payments")
@click.option("--state", type=click.Choice(STATES), default="open", show_default=True)
@click.option("--priority", type=click.Choice(PRIORITIES, case_sensitive=False))
@click.option("--owner", help="A Slack user id.")
@click.option("--ownerless", is_flag=True, help="What nobody has.")
@click.option("--overdue", is_flag=True, help="What was due before today.")
@click.option("--team", default="", help="A team of firstfive.toml.")
@json_option(help="Print the items as JSON.")
def list_(as_json: bool, **typed: Any) -> None:
    """List action items, the first due first."""
    wish = _wish(**typed)
    with opened() as bot:
        from bot.flows.board import all_cards
        from bot.flows.board_as_json import card_object
        from bot.flows.seen import workspace_meant

        workspace_id, _ = bot.house.read_now(workspace_meant)
        found = bot.house.read_now(all_cards, workspace_id, None, wish)
        if as_json:
            print_json([bot.house.read_now(card_object, card) for card in found])
            return
    for card in found:
        item, late = card.item, "  overdue" if card.due == "overdue" else ""
        click.echo(
            f"{item.priority.upper()}  {card.incident.key + ' ' + str(item.number):<10} {item.state:<9} "
            f"{item.due_on}  {card.owner or 'nobody yet':<16} {item.title}{late}"
        )
    if not found:
        click.echo("No action item is like that. Add one: firstfive ticket INC-7 alert when the pool is full")


@actions.command("report", epilog="Example: firstfive actions report --json")
@json_option(help="Print the report as JSON.")
def report(as_json: bool) -> None:
    """Show what each team has open, how much of it is overdue, without an owner, or not in Jira."""
    with opened() as bot:
        from bot.flows.board import actions_report
        from bot.flows.board_as_json import report_object
        from bot.flows.seen import workspace_meant

        workspace_id, _ = bot.house.read_now(workspace_meant)
        found = bot.house.read_now(actions_report, workspace_id, None)
        if as_json:
            print_json([report_object(row) for row in found])
            return
    for row in found:
        click.echo(
            f"{row.team:<16} {row.open:>4} open  {row.overdue:>4} overdue  {row.ownerless:>4} without owner  "
            f"{row.unfiled:>4} not in Jira"
        )


def _wish(
    state: str,
    priority: str | None = None,
    owner: str | None = None,
    ownerless: bool = False,
    overdue: bool = False,
    team: str = "",
) -> "Wish":
    from bot.core.board import Wish
    from store.board import NOBODY
    from store.types import Priority

    if owner and ownerless:
        raise click.UsageError("--owner and --ownerless say the opposite. Leave one out.")
    meant = NOBODY if ownerless else account(owner) or ""
    return Wish(state, Priority(priority) if priority else None, meant, team, overdue)
