"""firstfive conflicts"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from bot.cli.shell import asking, incident_id, json_option, key_argument, opened, print_json

if TYPE_CHECKING:
    from bot.core.conflicts import Decided
    from bot.insight.reconcile.reconcile import Reconciliation
    from bot.wiring import Bot


@click.command(epilog="Example: firstfive conflicts INC-7 --item 3 --keep a")
@key_argument
@click.option("--keep", type=click.Choice(("a", "b", "edit"), case_sensitive=False), help="Decide, instead of looking.")
@click.option("--item", type=int, help="Every row of this action item that is left.")
@click.option("--row", default="", help="One row, by how its id begins.")
@click.option("--set", "edited", multiple=True, metavar="COLUMN=VALUE", help="With --keep edit: what it is to hold.")
@json_option(help="Print what is left as JSON.")
def conflicts(key: str, keep: str | None, item: int | None, row: str, edited: tuple[str, ...], as_json: bool) -> None:
    """Show what is left to decide of two diverged tables, or decide it.

    What is decided is put into the patches by the next firstfive reconcile with --incident.
    """
    if keep and bool(item) == bool(row):
        raise click.UsageError("Say what is decided: --item 3 for all of its rows, or --row and how an id begins.")
    with opened(key) as bot:
        if keep:
            _decide(bot, key, keep, item, row, edited)
        else:
            _show(bot, key, as_json)


def _decide(bot: "Bot", key: str, keep: str, item: int | None, row: str, edited: tuple[str, ...]) -> None:
    from bot.flows.decide_conflict import decide
    from store.types import Keep

    columns = dict(each.partition("=")[::2] for each in edited)
    count, left = bot.house.do_now(decide, asking(), Keep(keep), number=item, row=row, edited=columns, key=key)
    click.echo(f"{key}: {count} decided, {left} left.")


def _show(bot: "Bot", key: str, as_json: bool) -> None:
    from bot.flows.decide_conflict import undecided_conflicts

    found = bot.house.read_now(undecided_conflicts, incident_id(bot, key), None)
    if as_json:
        print_json([dict(conflict.as_json()) | {"item": row.number} for row, conflict in found.rows])
        return
    for number, (count, left) in found.counts.items():
        click.echo(f"{number:>4}  {left} of {count} left  {found.titles.get(number, '')}")
        for row, conflict in found.rows:
            if row.number == number:
                hint = f"; keep {conflict.suggested.upper()}: {conflict.because}" if conflict.suggested else ""
                told = ", ".join(f"{name}={value}" for name, value in conflict.told["key"].items())
                click.echo(f"      {conflict.id[:8]}  {told}: {conflict.told['why']}{hint}")
    click.echo(f"{key}: {found.left} rows are left to decide.")


class Desk:
    """What reconcile asks of the bot's memory, and files there; nothing without a *bot*."""

    def __init__(self, bot: "Bot | None", key: str) -> None:
        self._bot, self._key = bot, key

    def decided(self) -> "Mapping[str, Decided]":
        """Return what people decided, by the id of the row."""
        if self._bot is None:
            return {}
        from bot.flows.decide_conflict import decisions

        return self._bot.house.read_now(decisions, incident_id(self._bot, self._key))

    def file(self, run: "Reconciliation") -> None:
        """File what is left for people, as few tickets as there are causes and customers."""
        from bot.flows.file_conflicts import file_conflicts
        from bot.insight.reconcile.tickets import bundles

        assert self._bot is not None
        request = run.request
        found = bundles(run.waiting, request.policy, request.table, request.key, request.sides)
        arguments: tuple[Any, ...] = (asking(), self._key, found)
        rows, numbers = self._bot.house.do_now(file_conflicts, *arguments)
        items = ", ".join(map(str, numbers))
        told = f"{rows} rows are filed as action items {items} of {self._key}" if rows else "Nothing new is to be filed"
        click.echo(f"{told}. See what is left: firstfive conflicts {self._key}", err=True)
