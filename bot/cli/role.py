"""firstfive role"""

import click

from bot.cli.shell import account, asking, key_argument, opened


@click.command(epilog="Example: firstfive role INC-7 comms U02AB34CD")
@key_argument
@click.argument("name")
@click.argument("person", required=False)
def role(key: str, name: str, person: str | None) -> None:
    """Give a role, by Slack user id, or take it: comms, scribe, ops, or one of your own."""
    give(key, name, person)


def give(key: str, name: str, person: str | None) -> None:
    """Give a role to a person, or to whoever sits here."""
    with opened(key) as bot:
        from bot.core.roles import role_named, role_title
        from bot.flows.take_role import give_role

        known = role_named(name)
        if known is None:
            raise click.UsageError(f"{name!r} cannot be a role. Write a word of small letters, such as comms.")
        holder = bot.house.do_now(give_role, asking(), known, account(person), key=key)
    click.echo(f"{key}: {role_title(known)} is {holder}.")
