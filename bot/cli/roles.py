"""firstfive roles"""

import click

from bot.cli.shell import account, asking, json_option, opened, print_json, zulu

ROLES = ("viewer", "responder", "admin")


@click.group(epilog="Example: firstfive roles set U02AB34CD admin")
def roles() -> None:
    """Say who may read, take part and run it on the pages."""


@roles.command("list", epilog="Example: firstfive roles list --json")
@json_option(help="Print the roles as JSON.")
def list_(as_json: bool) -> None:
    """List who was given a role. Everybody else has the one of FIRSTFIVE_WEB_ROLE."""
    with opened() as bot:
        from bot.flows.give_role import roles_view
        from bot.flows.seen import workspace_meant

        workspace_id, _ = bot.house.read_now(workspace_meant)
        found, admission = bot.house.read_now(roles_view, workspace_id), bot.settings.admission
    if as_json:
        given = [{"account": one.account, "role": one.role, "given_at": zulu(one.given_at)} for one in found]
        print_json({"everybody": admission.role, "admins": list(admission.admins), "given": given})
        return
    click.echo(f"{'everybody else':<24} {admission.role}")
    for admin in admission.admins:
        click.echo(f"{admin:<24} admin, by FIRSTFIVE_ADMINS")
    for one in found:
        click.echo(f"{one.account:<24} {one.role}, since {zulu(one.given_at)}")


@roles.command("set", epilog="Example: firstfive roles set U02AB34CD admin")
@click.argument("person")
@click.argument("role", type=click.Choice(ROLES, case_sensitive=False))
def set_(person: str, role: str) -> None:
    """Give a PERSON, by their Slack user id, a role. Whatever they have open asks them to sign in again."""
    _give(person, role)


@roles.command("unset", epilog="Example: firstfive roles unset U02AB34CD")
@click.argument("person")
def unset(person: str) -> None:
    """Let a PERSON have what everybody has."""
    _give(person, None)


def _give(person: str, role: str | None) -> None:
    with opened() as bot:
        from bot.flows.asked import asker
        from bot.flows.give_role import give_web_role
        from store.types import WebRole

        request = asking()
        workspace_id, by = bot.house.do_now(asker, request)
        given = WebRole(role) if role else None
        now = bot.house.do_now(give_web_role, workspace_id, account(person) or "", given, by, "shell")
    click.echo(f"{person} is {'an admin' if now is WebRole.ADMIN else f'a {now}'} from now on.")
