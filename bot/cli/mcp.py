"""firstfive mcp"""

import click

from bot.cli.shell import account, asking, opened


@click.command(epilog="Example: firstfive mcp --as U02AB34CD")
@click.option("--as", "person", help="Whom the assistant acts for: a Slack user id. You at this shell, when left out.")
@click.option("--workspace", help="The id of a Slack workspace, T…, where there are several.")
def mcp(person: str | None, workspace: str | None) -> None:
    """Serve an assistant over the Model Context Protocol, on standard input and output.

    It reads incidents, timelines, postmortems and action items. It writes a note or an action item only after a person
    agreed. Private incidents are hidden, except those in which the person named with --as takes part.
    """
    with opened() as bot:
        from bot.assistants.desk import Desk
        from bot.assistants.serving import serve
        from bot.flows.seen import viewer_at_shell

        acting = account(person) or asking().account
        bot.house.read_now(viewer_at_shell, acting, workspace, named=person is not None)
        serve(Desk(bot.house, bot.renderer, acting, named=person is not None, team=workspace))
