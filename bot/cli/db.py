"""firstfive db"""

from contextlib import closing

import click

from bot.cli.shell import explained, json_option, print_json, settings


@click.group(epilog="Example: firstfive db upgrade")
def db() -> None:
    """Bring the database to the newest revision, or see where it stands."""


@db.command("upgrade", epilog="Example: firstfive db upgrade")
def upgrade() -> None:
    """Bring the database to the newest revision. Safe to run again."""
    chosen = settings()
    with explained(chosen):
        from store.db import Database, upgrade

        upgrade(chosen.database_address)
        with closing(Database(chosen.database_address)) as database:
            at, is_newer = database.revision(), database.is_newer()
    click.echo(f"The database is at {at}, {'made by newer code' if is_newer else 'the newest revision'}.")


@db.command("current", epilog="Example: firstfive db current --json")
@json_option(help="Print the revisions as JSON.")
def current(as_json: bool) -> None:
    """Show the revision the database is at, and the newest one. Exit 1 when this version cannot work there."""
    chosen = settings()
    with explained(chosen):
        from store.db import Database, newest_revision

        newest = newest_revision()
        with closing(Database(chosen.database_address)) as database:
            at, fits = database.revision(), database.fits()
    if as_json:
        print_json({"current": at, "newest": newest})
    else:
        click.echo(f"The database is at {at or 'no revision'}; the newest is {newest}.")
    if not fits:
        raise click.ClickException("It is behind. Type: firstfive db upgrade")


@db.command("check", epilog="Example: firstfive db check")
def check() -> None:
    """Compare the tables with what this version expects. Exit 1 when they differ."""
    chosen = settings()
    with explained(chosen):
        from store import tables  # noqa: F401 - every row must be known before the tables are compared
        from store.db import Database

        with closing(Database(chosen.database_address)) as database:
            differences = database.drift()
    for difference in differences:
        click.echo(f"{difference}"[:200])
    if differences:
        raise click.ClickException(f"{len(differences)} differences. Type: firstfive db upgrade")
    click.echo("The tables are what this version expects.")
