"""firstfive webhooks partner"""

from datetime import timedelta

import click

from bot.cli.shell import asking, json_option, opened, print_json


@click.group(epilog='Example: firstfive webhooks partner add "Acme Status"')
def partner() -> None:
    """Register whoever runs endpoints, and give them the page of their deliveries."""


@partner.command("add", epilog='Example: firstfive webhooks partner add "Acme Status"')
@click.argument("name")
def add(name: str) -> None:
    """Register a partner. Their endpoints come next: firstfive webhooks add."""
    with opened() as bot:
        from bot.flows.register_endpoint import add_partner

        added = bot.house.do_now(add_partner, asking(), name)
    click.echo(f'Partner {added.id} is {added.name}. Next: firstfive webhooks add "{added.name}" https://…')


@partner.command("list", epilog="Example: firstfive webhooks partner list")
@json_option(help="Print the partners as JSON.")
def list_(as_json: bool) -> None:
    """List partners, and how many endpoints each has."""
    with opened() as bot:
        from bot.flows.partner_page import partners_view

        found = bot.house.read_now(partners_view)
    if as_json:
        from bot.flows.deliveries_as_json import partner_object

        print_json([partner_object(one, len(endpoints)) for one, endpoints in found])
        return
    for one, endpoints in found:
        click.echo(f"{one.id:>4}  {one.name}  {len(endpoints)} endpoints")
    if not found:
        click.echo("There are no partners. Register one: firstfive webhooks partner add NAME")


@partner.command("link", epilog='Example: firstfive webhooks partner link "Acme Status"')
@click.argument("name")
def link(name: str) -> None:
    """Print a link to a partner's page, where they see and replay their own deliveries. It opens for 30 days."""
    with opened() as bot:
        from bot.flows.register_endpoint import find_partner

        found = bot.house.do_now(find_partner, asking(), name)
        click.echo(bot.links.signed(f"/partners/{found.id}/deliveries", bot.house.clock.now()))


@partner.command("token", epilog='Example: firstfive webhooks partner token "Acme Status"')
@click.argument("name")
@click.option("--keep", type=click.FloatRange(0, 8760), help="Hours that the token before it holds. [default: 24]")
def token(name: str, keep: float | None) -> None:
    """Print a token with which a partner's programs read and replay their own deliveries.

    The one before holds for a day, so that they can change it without a gap. See when each was used with firstfive
    secrets list, and end the old one sooner with firstfive secrets retire.
    """
    with opened() as bot:
        from bot.flows.partner_token import new_token

        overlap = bot.settings.secret_overlap if keep is None else timedelta(hours=keep)
        made = bot.house.do_now(new_token, asking(), name, overlap)
    click.echo(made)
    click.echo("It is shown this once. It is sent as: Authorization: Bearer TOKEN", err=True)
