"""firstfive feeds"""

from typing import TYPE_CHECKING

import click

from bot.cli.shell import account, asking, json_option, opened, print_json

if TYPE_CHECKING:
    from bot.core.access import Viewer
    from bot.flows.tx import Tx

KINDS = ("reviews", "postmortems")
_person = click.option("--as", "person", help="For whom: a Slack user id. For nobody, what is not private.")


@click.group(epilog="Example: firstfive feeds add reviews --as U02AB34CD")
def feeds() -> None:
    """Make links with which calendars subscribe to reviews, and readers to published postmortems."""


@feeds.command("add", epilog="Example: firstfive feeds add reviews --as U02AB34CD")
@click.argument("kind", type=click.Choice(KINDS))
@_person
def add(kind: str, person: str | None) -> None:
    """Make a link. It shows what this person may see, until it is revoked."""
    with opened() as bot:
        from bot.flows.feeds import feed_object, subscribe
        from store.types import FeedKind

        feed = bot.house.do_now(lambda tx: subscribe(tx, _viewer(tx, person), FeedKind(kind)))
        click.echo(feed_object(feed, bot.links)["url"])
    click.echo(f"Whoever has this link sees it too. End it: firstfive feeds revoke {feed.id}", err=True)


@feeds.command("list", epilog="Example: firstfive feeds list --as U02AB34CD --json")
@_person
@json_option(help="Print the feeds as JSON.")
def list_(person: str | None, as_json: bool) -> None:
    """List the links of somebody, or those that were made for nobody."""
    with opened() as bot:
        from bot.flows.feeds import feed_object, subscriptions

        found = bot.house.read_now(lambda tx: subscriptions(tx, _viewer(tx, person)))
        told = [feed_object(feed, bot.links) for feed in found]
    if as_json:
        print_json(told)
        return
    for one in told:
        click.echo(f"{one['id']:>4}  {one['kind']:<12} {one['url']}")
    if not told:
        click.echo("There are no links. Make one: firstfive feeds add reviews")


@feeds.command("revoke", epilog="Example: firstfive feeds revoke 3")
@click.argument("number", type=int)
def revoke(number: int) -> None:
    """End a link. It opens nothing any more."""
    with opened() as bot:
        from bot.flows.feeds import revoke_feed

        bot.house.do_now(revoke_feed, number)
    click.echo(f"Feed {number} is over.")


def _viewer(tx: "Tx", person: str | None) -> "Viewer":
    """Return whom a feed is for."""
    from bot.flows.seen import viewer_at_shell

    return viewer_at_shell(tx, account(person) or asking().account, named=person is not None)
