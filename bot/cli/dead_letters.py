"""firstfive dead-letters"""

import sys
from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bot.cli.effects import print_effects, show_effect
from bot.cli.moments import Moment, moment
from bot.cli.shell import asking, json_option, opened, print_json

if TYPE_CHECKING:
    from bot.flows.recover import Progress
    from bot.wiring import Bot
    from store.dead_letters import Selection

Command = TypeVar("Command", bound=Callable[..., Any])

CAUSES = ("bug", "configuration", "refused", "gave_up")

_FILTERS = (
    click.option("--kind", metavar="KIND", help="One kind, such as slack.card, or all of a neighbour's: slack."),
    click.option("--cause", type=click.Choice(CAUSES), help="Why it failed for good."),
    click.option("--workspace", metavar="TEAM", help="Slack's id of a workspace, such as T02AB34CD."),
    click.option("--incident", metavar="INC-7", help="What one incident promised."),
    click.option("--until", type=Moment(), help="What failed for good by then: 2026-03-10T03:00Z, or 6h ago as 6h."),
)
since_option = click.option("--since", type=Moment(), help="What failed for good since then, written like --until.")


def filters(command: Command) -> Command:
    """Take the filters that say which dead letters are meant."""
    for option in reversed(_FILTERS):
        command = option(command)
    return command


@click.group("dead-letters", epilog="Example: firstfive dead-letters recover --since 6h")
def dead_letters() -> None:
    """Show what failed for good, and try it again once its cause is mended.

    Causes: bug and configuration are our own fault, refused is the neighbour's decision, and gave_up is what nobody
    answered for as long as we tried.
    """


@dead_letters.command("list", epilog="Example: firstfive dead-letters list --cause configuration --since 3d")
@filters
@since_option
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="Print so many at most.")
@json_option(help="Print counts and effects as JSON.")
def list_(limit: int, as_json: bool, **typed: Any) -> None:
    """List what failed for good, the oldest first, and count it by cause."""
    with opened() as bot:
        from bot.flows.recover import look_for

        found, counted = bot.house.read_now(look_for, _meant(bot, typed), limit)
    causes: Counter[str] = Counter()
    for (_, cause), count in counted.items():
        causes[cause] += count
    if as_json:
        from bot.flows.deliveries_as_json import effect_object

        print_json({"counts": causes, "dead_letters": [effect_object(effect) for effect in found]})
    elif found:
        print_effects(found)
        click.echo(_counts(causes, len(found)))
        click.echo("Try one again: firstfive dead-letters retry NUMBER")
    else:
        click.echo("Nothing failed for good.")


def _counts(causes: Counter[str], shown: int) -> str:
    told = ", ".join(f"{count} {cause}" for cause, count in sorted(causes.items()))
    rest = causes.total() - shown
    return f"{causes.total()} failed for good: {told}." + (f" {rest} of them are not shown: --limit." if rest else "")


@dead_letters.command("show", epilog="Example: firstfive dead-letters show 42")
@click.argument("number", type=int)
@json_option(help="Print the effect and its attempts as JSON.")
def show(number: int, as_json: bool) -> None:
    """Show one effect: what it was to do, why it could not, and how each attempt went."""
    show_effect(number, as_json)


@dead_letters.command("retry", epilog="Example: firstfive dead-letters retry 42 43, or retry --kind slack.card")
@click.argument("numbers", type=int, nargs=-1)
@filters
@since_option
@click.option("--all", "all_", is_flag=True, help="Everything that failed for good.")
@json_option(help="Print what was made due as JSON.")
def retry(numbers: tuple[int, ...], all_: bool, as_json: bool, **typed: Any) -> None:
    """Make some due again, by their numbers or by a filter. They are sent by firstfive serve."""
    by_filter = all_ or any(typed.values())
    if bool(numbers) == by_filter:
        raise click.UsageError("Say which: numbers, such as retry 42, or a filter, such as retry --kind slack.card.")
    if by_filter:
        _recover(typed, as_json, background=False)
        return
    with opened() as bot:
        from bot.flows.recover import retry_effect

        kinds = {number: bot.house.do_now(retry_effect, asking(), number) for number in numbers}
    if as_json:
        print_json([{"number": number, "kind": kind} for number, kind in kinds.items()])
        return
    for number, kind in kinds.items():
        click.echo(f"{number} ({kind}) is due again.")


@dead_letters.command(
    "recover", epilog="Example: firstfive dead-letters recover --since 2026-03-07T18:00Z --kind webhook"
)
@click.option("--since", type=Moment(), required=True, help="What failed for good since then, written like --until.")
@filters
@click.option("--background", is_flag=True, help="Leave the work to firstfive serve.")
@json_option(help="Print how far it came as JSON.")
def recover(background: bool, as_json: bool, **typed: Any) -> None:
    """Make all due again that failed for good since a time, as after a weekend's outage.

    It is a job that survives a crash: whatever is not done here, firstfive serve goes on with. Run twice, it finds what
    is left. What fails again meanwhile is not tried in a circle.
    """
    _recover(typed, as_json, background)


@dead_letters.command("recoveries", epilog="Example: firstfive dead-letters recoveries")
@json_option(help="Print the recoveries as JSON.")
def recoveries(as_json: bool) -> None:
    """List the latest recoveries, the newest first, and how far each is."""
    with opened() as bot:
        from bot.flows.recover import recent_recoveries

        found = bot.house.read_now(recent_recoveries)
    if as_json:
        from bot.flows.deliveries_as_json import recovery_object

        print_json([recovery_object(recovery, account) for recovery, account in found])
        return
    for recovery, account in found:
        state = "done" if recovery.finished_at else "going on"
        began = f"{recovery.created_at:%Y-%m-%d %H:%M} UTC"
        click.echo(f"{recovery.id:>6}  {began}  {account:<16} {recovery.revived} of {recovery.total}, {state}")
    if not found:
        click.echo("Nothing was recovered yet. Begin: firstfive dead-letters recover --since 6h")


def _recover(typed: Mapping[str, Any], as_json: bool, background: bool) -> None:
    """Begin a recovery and, unless it is left to the bot, run it to its end."""
    with opened() as bot:
        from bot.flows.recover import begin_recovery

        progress = bot.house.do_now(begin_recovery, asking(), _meant(bot, typed))
        if progress is not None and not background:
            progress = _run(bot, progress)
    if as_json:
        facts = {"number": progress.number, "total": progress.total, "revived": progress.revived} if progress else None
        print_json(facts)
    elif progress is None:
        click.echo("Nothing that failed for good is meant. See what did: firstfive dead-letters list")
    elif background:
        click.echo(f"Recovery {progress.number} has {progress.total} to make due. firstfive serve goes on with it.")
    else:
        click.echo(f"{progress.revived} of {progress.total} are due again. They are sent by firstfive serve.")


def _run(bot: "Bot", progress: "Progress") -> "Progress":
    from bot.flows.recover import BATCH, go_on

    hidden = progress.total < 3 * BATCH
    with click.progressbar(length=progress.total, label="Recovering", file=sys.stderr, hidden=hidden) as bar:
        while not progress.finished:
            before = progress.revived
            progress = bot.house.do_now(go_on, progress.number)
            bar.update(progress.revived - before)
    return progress


def _meant(bot: "Bot", typed: Mapping[str, Any]) -> "Selection":
    """Return the dead letters that the options mean, or fail with what to type instead."""
    from bot.flows.views import incident_id_of, workspace_of
    from store.dead_letters import Selection
    from store.types import Cause

    now = bot.house.clock.now()
    team, key, cause = typed["workspace"], typed["incident"], typed["cause"]
    workspace_id = bot.house.read_now(workspace_of, team) if team else None
    if team and workspace_id is None:
        raise click.ClickException(
            f"There is no workspace {team}. Slack shows its id in a browser: app.slack.com/client/T…."
        )
    incident_id = bot.house.read_now(incident_id_of, key, team) if key else None
    if key and incident_id is None:
        raise click.ClickException(f"There is no incident {key}. See them all: firstfive list --all")
    since, until = moment(typed["since"], now), moment(typed["until"], now)
    return Selection(typed["kind"], Cause(cause) if cause else None, workspace_id, incident_id, since, until)
