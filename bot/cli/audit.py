"""firstfive audit"""

from typing import TYPE_CHECKING, Any

import click

from bot.cli.shell import account, json_option, opened, print_json, zulu

if TYPE_CHECKING:
    from bot.flows.audit_log import AuditView

WORDS = (
    *("signed_in", "signed_out", "saw_private", "role_given", "role_taken", "token_made", "token_revoked"),
    *("secret_rotated", "secret_retired", "exported", "erased"),
)


@click.command(epilog="Example: firstfive audit --what saw_private --who U02AB34CD")
@click.option("--what", type=click.Choice(WORDS), help="Only entries of this kind.")
@click.option("--who", help="Only what this account did, or what was done to it.")
@click.option("--before", type=int, help="Only entries before this number.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
@click.option("--verify", is_flag=True, help="Prove that no entry was altered or taken away. Exit 1 if one was.")
@json_option(help="Print the entries as JSON.")
def audit(what: str | None, who: str | None, before: int | None, limit: int, verify: bool, as_json: bool) -> None:
    """Show the audit log, the newest first: who saw what is private, and who changed what others may do."""
    with opened() as bot:
        from bot.flows.audit_log import Wanted, audit_log
        from bot.flows.keep_account import prove_account
        from bot.flows.seen import workspace_meant
        from store.types import Audited

        if verify:
            number, wrong = bot.house.read_now(prove_account)
            click.echo(f"The audit log was altered: {wrong}." if wrong else f"All {number} entries stand as they were.")
            raise SystemExit(1 if wrong else 0)
        wanted = Wanted(Audited(what) if what else None, account(who), None, before, limit)
        found = bot.house.read_now(audit_log, bot.house.read_now(workspace_meant)[0], wanted)
    if as_json:
        print_json([_object(one) for one in found])
        return
    for one in found:
        rest = " ".join(filter(None, (one.incident, one.subject and f"about {one.subject}", one.detail)))
        click.echo(f"{one.id:>6}  {zulu(one.at)}  {one.what:<15} {one.actor or '-':<20} via {one.via}  {rest}".rstrip())


def _object(one: "AuditView") -> dict[str, Any]:
    return {
        "id": one.id,
        "at": zulu(one.at),
        "what": one.what,
        "via": one.via,
        "actor": one.actor,
        "subject": one.subject,
        "incident": one.incident,
        "detail": one.detail,
    }
