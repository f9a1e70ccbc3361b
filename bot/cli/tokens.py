"""firstfive tokens"""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from bot.cli.shell import account, asking, json_option, opened, print_json, zulu

if TYPE_CHECKING:
    from bot.flows.api_tokens import Maker, TokenView
    from bot.wiring import Bot

DEFAULT = ("incidents:read", "postmortems:read", "actions:read", "insights:read")


@click.group(epilog="Example: firstfive tokens create grafana --scope incidents:read")
def tokens() -> None:
    """Make tokens for the API and for people's assistants, see when each was used, and end them."""


@tokens.command("create", epilog="Example: firstfive tokens create grafana --scope incidents:read --ends 90")
@click.argument("name")
@click.option(
    "--scope", "scopes", multiple=True, default=DEFAULT, show_default=True, help="What it may; again for more."
)
@click.option(
    "--ends", "days", type=click.FloatRange(0, 3650, min_open=True), help="Days until it ends. [default: never]"
)
@click.option("--for", "person", help="Whose it is: it sees what they see, and may at most what they may.")
def create(name: str, scopes: tuple[str, ...], days: float | None, person: str | None) -> None:
    """Make a token and print it, this once. Without --for it is a service's, and sees no private incident."""
    with opened() as bot:
        from bot.flows.api_tokens import Wish, make_token, scopes_named
        from bot.flows.meet import meet

        maker = _maker(bot)
        ends_at = bot.house.clock.now() + timedelta(days=days) if days else None
        whose = bot.house.do_now(meet, maker.workspace_id, account(person) or "") if person else None
        text = bot.house.do_now(make_token, maker, Wish(name, scopes_named(scopes), ends_at, whose))
    click.echo(text)
    click.echo("It is shown this once. It is sent as: Authorization: Bearer TOKEN", err=True)


@tokens.command("list", epilog="Example: firstfive tokens list --json")
@json_option(help="Print the tokens as JSON.")
def list_(as_json: bool) -> None:
    """List tokens by how they begin: what each may, whose it is, and when it was last used."""
    with opened() as bot:
        from bot.flows.api_tokens import tokens_view

        found = bot.house.do_now(tokens_view, _maker(bot).workspace_id)
    if as_json:
        print_json([_object(one) for one in found])
        return
    for one in found:
        state = "over" if one.is_over else f"used {zulu(one.used_at)}" if one.used_at else "not used yet"
        click.echo(f"{one.id:>4}  {one.prefix}…  {one.name}  {state}  {' '.join(one.scopes)}")
    if not found:
        click.echo("There are no tokens. Make one: firstfive tokens create NAME")


@tokens.command("revoke", epilog="Example: firstfive tokens revoke 3")
@click.argument("number", type=int)
def revoke(number: int) -> None:
    """End a token now."""
    with opened() as bot:
        from bot.flows.api_tokens import revoke_token

        ended = bot.house.do_now(revoke_token, _maker(bot), number)
    click.echo(f"Token {ended.id}, {ended.prefix}…, opens nothing any more.")


def _maker(bot: "Bot") -> "Maker":
    """Return whoever sits at this shell, who may pass on everything."""
    from bot.flows.api_tokens import Maker
    from bot.flows.asked import asker
    from store.types import Scope

    workspace_id, who = bot.house.do_now(asker, asking())
    return Maker(workspace_id, who, "shell", frozenset(Scope))


def _object(one: "TokenView") -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "prefix": one.prefix,
        "scopes": list(one.scopes),
        "account": one.account,
        "made_at": zulu(one.made_at),
        "ends_at": zulu(one.ends_at),
        "used_at": zulu(one.used_at),
        "revoked_at": zulu(one.revoked_at),
    }
