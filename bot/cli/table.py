"""Every command at a shell."""

import click

from bot.cli.actions import actions
from bot.cli.audit import audit
from bot.cli.check import check
from bot.cli.close import close
from bot.cli.conflicts import conflicts
from bot.cli.correct import correct
from bot.cli.db import db
from bot.cli.dead_letters import dead_letters
from bot.cli.deliveries import deliveries
from bot.cli.demo import demo
from bot.cli.doctor import doctor
from bot.cli.duplicate import duplicate
from bot.cli.feeds import feeds
from bot.cli.impact import impact
from bot.cli.jira import jira
from bot.cli.lead import lead
from bot.cli.learned import learned
from bot.cli.lint import lint
from bot.cli.list import list_
from bot.cli.mcp import mcp
from bot.cli.merge import merge
from bot.cli.note import note
from bot.cli.open import open_
from bot.cli.postmortem import postmortem
from bot.cli.private import private
from bot.cli.publish import publish
from bot.cli.reconcile import reconcile
from bot.cli.reopen import reopen
from bot.cli.replay import replay
from bot.cli.resolve import resolve
from bot.cli.role import role
from bot.cli.roles import roles
from bot.cli.secrets import secrets
from bot.cli.serve import serve
from bot.cli.severity import severity
from bot.cli.show import show
from bot.cli.start import start
from bot.cli.status import status
from bot.cli.ticket import ticket
from bot.cli.timeline import timeline
from bot.cli.tokens import tokens
from bot.cli.update import update
from bot.cli.versions import versions
from bot.cli.webhooks import webhooks

RUNNING = (serve, demo, mcp, doctor, db)
LIFE = (
    *(
        open_,
        list_,
        show,
        status,
        severity,
        lead,
        role,
        note,
        update,
        impact,
        check,
        start,
        timeline,
        correct,
        ticket,
        actions,
    ),
    *(merge, duplicate, private, resolve, reopen, close, postmortem, lint, publish, versions, learned, replay),
)
OUTBOX = (deliveries, dead_letters, webhooks, feeds)
DATA = (
    reconcile,
    conflicts,
)
OPERATIONS = (jira, secrets, roles, tokens, audit)


class _InOrder(click.Group):
    """Lists commands in the order in which they are used, and suggests the nearest word for an unknown one."""

    def list_commands(self, context: click.Context) -> list[str]:  # noqa: ARG002 - click gives the signature
        return list(self.commands)

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if self.get_command(context, args[0]) is None and not args[0].startswith("-"):
            from bot.core.marked_yaml import nearest

            context.fail(f"There is no command {args[0]!r}. {nearest(args[0], list(self.commands))}")
        return super().resolve_command(context, args)


@click.group(cls=_InOrder, epilog="Each command has an example: firstfive open --help")
@click.version_option(package_name="firstfive", message="%(package)s %(version)s")
def firstfive() -> None:
    """A Slack incident bot that walks people through the first five minutes."""


for _command in (*RUNNING, *LIFE, *OUTBOX, *OPERATIONS, *DATA):
    firstfive.add_command(_command)
