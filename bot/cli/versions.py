"""firstfive versions"""

import click

from bot.cli.shell import incident_id, json_option, key_argument, opened, print_json


@click.command(epilog="Example: firstfive versions INC-7 --show 2")
@key_argument
@click.option("--show", type=click.IntRange(1), help="Print this version.")
@json_option(help="Print the list as JSON.")
def versions(key: str, show: int | None, as_json: bool) -> None:
    """List the versions of a postmortem, each with what it changed."""
    with opened(key) as bot:
        from bot.core.versions import diff
        from bot.flows.versions import versions as read

        found = bot.house.read_now(read, incident_id(bot, key))
    if show is not None:
        if show > len(found):
            raise click.ClickException(f"{key} has {len(found)} versions. See them: firstfive versions {key}")
        click.echo(found[show - 1].text)
    elif as_json:
        from bot.flows.postmortem_as_json import version_object

        print_json([version_object(each) for each in found])
    elif not found:
        click.echo(f"{key} is a draft that follows its timeline. Keep a version: firstfive publish {key} --draft")
    else:
        for before, each in zip(["", *(one.text for one in found)], found, strict=False):
            click.echo(f"version {each.number}, {each.created_at:%Y-%m-%d %H:%M} UTC")
            names = (f"{key}/{each.number - 1}", f"{key}/{each.number}")
            click.echo(diff(before, each.text, names) if before else f"{len(each.text.split())} words")
