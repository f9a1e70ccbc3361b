"""firstfive timeline"""

import click

from bot.cli.shell import incident_id, json_option, key_argument, opened, print_json


@click.group(epilog="Example: firstfive timeline verify INC-7")
def timeline() -> None:
    """Show what happened, or prove that nothing of it was altered."""


@timeline.command("show", epilog="Example: firstfive timeline show INC-7 --json")
@key_argument
@json_option(help="Print the entries as JSON.")
def show(key: str, as_json: bool) -> None:
    """Show every entry by when it happened, with its number."""
    with opened(key) as bot:
        from bot.flows.named_case import named_case
        from bot.flows.timeline_as_json import entry_objects, plain

        named = bot.house.read_now(named_case, incident_id(bot, key))
    if as_json:
        print_json(entry_objects(named))
        return
    for row in named.rows():
        if row.silence:
            click.echo(f"        … {row.silence} with nothing recorded")
        precision = f" ({row.precision})" if row.precision else ""
        click.echo(f"#{row.seq:<4}  {row.when}{precision}  {row.who}: {plain(row.what)}")
        for text in row.earlier:
            click.echo(f"       edited, earlier: {plain(text)}")


@timeline.command("verify", epilog="Example: firstfive timeline verify --all")
@click.argument("key", metavar="[INC-7]", required=False)
@click.option("--all", "all_", is_flag=True, help="Every incident there is.")
@json_option(help="Print the outcomes as JSON.")
def verify(key: str | None, all_: bool, as_json: bool) -> None:
    """Prove that no entry was altered, removed or slipped in since it was recorded.

    Each entry carries a SHA-256 over the one before it and everything in it. Texts are covered as they are sealed, so
    this also holds after a key was destroyed.
    """
    if (key is None) == (not all_):
        raise click.UsageError("Name one incident, or all of them: firstfive timeline verify INC-7, or --all")
    with opened(key) as bot:
        from bot.flows.prove import incident_ids_to_prove, prove
        from bot.flows.timeline_as_json import proof_object

        ids = [incident_id(bot, key)] if key else bot.house.read_now(incident_ids_to_prove)
        proofs = [bot.house.do_now(prove, one) for one in ids]
    if as_json:
        print_json([proof_object(proof) for proof in proofs])
    else:
        for proof in proofs:
            said = f"BROKEN: {proof.broken}" if proof.broken else f"{proof.entries} entries, nothing was altered"
            click.echo(f"{proof.key}: {said}")
    if any(proof.broken for proof in proofs):
        raise SystemExit(1)
