"""firstfive serve"""

import asyncio
import gc
from typing import TYPE_CHECKING

import click

from bot.cli.shell import opened, settings

if TYPE_CHECKING:
    from socket import socket

    from bot.settings import Settings

PARTS = ("web", "outbox", "jobs")


def _parts(context: click.Context, parameter: click.Parameter, value: str) -> tuple[str, ...]:
    given = [word.strip() for word in value.split(",") if word.strip()]
    if not given or set(given) - set(PARTS):
        raise click.BadParameter(f"{value!r} names no parts of the bot. Write some of {','.join(PARTS)}.")
    return tuple(part for part in PARTS if part in given)


@click.command(epilog="Example: firstfive serve --role web,outbox")
@click.option("--role", "parts", default=",".join(PARTS), callback=_parts, help="Which parts run in this process.")
def serve(parts: tuple[str, ...]) -> None:
    """Run the bot: the web door, Slack, the outbox and the clock."""
    chosen = settings()
    from bot.log import configure
    from bot.web.serving import fast_loop

    configure(chosen.log_format)
    if "web" in parts:
        _closed_to_strangers(chosen)
    with opened(of=chosen) as bot:
        from bot.cli.running import run
        from bot.wiring import Roles

        listening = _listening(chosen) if "web" in parts else None

        def ready() -> None:
            gc.freeze()  # What a start makes stays: looking through it again and again takes a third of a long page.
            where = f"listens on http://{chosen.host}:{listening.getsockname()[1]}" if listening else "runs"
            click.echo(f"firstfive {where} with {', '.join(parts)}. {_slack(chosen)}")

        with asyncio.Runner(loop_factory=fast_loop()) as runner:
            runner.run(run(bot, Roles(**{part: part in parts for part in PARTS}), listening, ready))


def _closed_to_strangers(chosen: "Settings") -> None:
    """Fail where others than whoever sits at this machine could come, and nobody could sign in."""
    if not chosen.is_local and not chosen.has_slack:
        raise click.ClickException(
            f"Others than you reach {chosen.host}:{chosen.port} or {chosen.public_url}, and nobody could sign in. Set "
            "SLACK_BOT_TOKEN, for links from /incident web, or SLACK_CLIENT_ID and SLACK_CLIENT_SECRET, for Sign in "
            "with Slack: docs/access.md. Or stay on this machine: FIRSTFIVE_HOST=127.0.0.1 firstfive serve"
        )


def _listening(chosen: "Settings") -> "socket":
    from bot.web.serving import listen

    try:
        return listen(chosen.host, chosen.port)
    except OSError as error:
        raise click.ClickException(
            f"Nothing can listen on {chosen.host}:{chosen.port}: {error.strerror or error}. Set by FIRSTFIVE_HOST"
            f" and FIRSTFIVE_PORT. Take another port: FIRSTFIVE_PORT={(chosen.port + 1) % 65536} firstfive serve"
        ) from None


def _slack(chosen: "Settings") -> str:
    if not chosen.slack_bot_token:
        return "Slack is not connected: set SLACK_BOT_TOKEN and SLACK_APP_TOKEN, then start again."
    if chosen.slack_app_token:
        return "Slack is reached over Socket Mode."
    return f"Slack delivers to {chosen.public_url}/slack/events."
