"""firstfive reconcile"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.shell import json_option, opened, print_json, settings

if TYPE_CHECKING:
    from bot.cli.conflicts import Desk
    from bot.core.policies import Policy
    from bot.insight.reconcile.queries import Window
    from bot.insight.reconcile.reconcile import Reconciliation, Request
    from bot.insight.reconcile.report import Report

EXAMPLE = "firstfive reconcile a.parquet b.parquet --base base.parquet --key id --policy policy.yaml"
STRATEGIES = ("auto", "join", "merge", "digest", "chunks")


class _Wrong(click.ClickException):
    """An error. Exit code 1 says that the tables differ, so an error has 2."""

    exit_code = 2


@click.command(epilog=f"Example: {EXAMPLE}")
@click.argument("a")
@click.argument("b")
@click.option(
    "--base", help="The last common state of the table, such as a backup. Without it much more goes to review."
)
@click.option("--key", required=True, help="The columns that tell rows apart, with commas between them.")
@click.option("--policy", type=click.Path(dir_okay=False, path_type=Path), help="Rules by column, a YAML file.")
@click.option(
    "--window", nargs=2, metavar="FROM TO", help="Only rows written then, on either side. UTC without a zone."
)
@click.option("--window-column", help="The time of the last write; what last_write_wins names otherwise.")
@click.option(
    "--engine", default="duckdb", show_default=True, help="What compares: duckdb, postgresql, spark or clickhouse."
)
@click.option("--strategy", type=click.Choice(STRATEGIES), default="auto", show_default=True, help="How it compares.")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("reconcile"),
    show_default=True,
    help="The folder for report, decisions and patches.",
)
@click.option("--apply", "apply_", is_flag=True, help="Run the patches too, and compare again. Needs --yes.")
@click.option("--yes", is_flag=True, help="Yes, write to both databases.")
@click.option("--incident", help="Put what people decided in this incident into the patches, such as INC-7.")
@click.option("--tickets", is_flag=True, help="File what is left for people as tickets of the incident.")
@json_option(help="Print the report as JSON.")
def reconcile(
    a: str,
    b: str,
    base: str | None,
    key: str,
    policy: Path | None,
    window: tuple[str, str] | None,
    window_column: str | None,
    engine: str,
    strategy: str,
    output: Path,
    apply_: bool,
    yes: bool,
    incident: str | None,
    tickets: bool,
    as_json: bool,
) -> None:
    """Compare two diverged copies of a table, merge them by policy, and write a patch for each.

    A and B, and the base, are Parquet, CSV or JSON Lines files, tables in SQLite or DuckDB files (shop.sqlite#orders),
    or in PostgreSQL or MySQL (postgresql://host/shop#orders). Nothing is changed without --apply --yes. Exit codes: 0 A
    and B are equal, 1 they differ, 2 they could not be compared.
    """
    if apply_ and not yes:
        raise click.UsageError("--apply writes to both databases. Read the report first, then add --yes.")
    if tickets and not incident:
        raise click.UsageError("--tickets needs the incident that they belong to: --incident INC-7")
    with _explained():
        from bot.insight.reconcile.comparing import Strategy
        from bot.insight.reconcile.places import place
        from bot.insight.reconcile.reconcile import Reconciliation, Request

        rules, written = _policy(policy)
        request = Request(
            a=place(a),
            b=place(b),
            base=place(base) if base else None,
            key=tuple(name.strip() for name in key.split(",")),
            policy=rules,
            folder=output,
            window=_window(window, window_column, rules),
            engine=engine,
            strategy=Strategy(strategy),
            written=written,
        )
        with _progress() as progress, _desk(incident) as desk:
            run = Reconciliation(request, progress, decided=desk.decided())
            run.waiting.wanted = tickets
            code = _run(run, apply_, as_json)
            if tickets:
                desk.file(run)
    raise SystemExit(code)


def _run(run: "Reconciliation", apply_: bool, as_json: bool) -> int:
    from bot.insight.reconcile.applying import require_patchable
    from bot.wiring import SystemClock

    request = run.request
    if apply_:
        require_patchable(request.sides)
    if run.is_unfinished():
        if not apply_:
            raise _Wrong(
                f"{request.folder} holds this patch, half applied. Finish it first: the same with --apply --yes"
            )
        click.echo(f"Going on with the patch in {request.folder}, which was interrupted.", err=True)
        report = _read(request)
    else:
        report = replace(run.plan(), made_at=SystemClock().now().isoformat(timespec="seconds").replace("+00:00", "Z"))
        _write(request, report)
    if apply_ and report.differing:
        report = replace(report, verified=run.apply())
        _write(request, report)
    print_json(report.as_json()) if as_json else _tell(request, report)
    left = report.differing if report.verified is None else report.verified.differing
    return 1 if left else 0


def _tell(request: "Request", report: "Report") -> None:
    for warning in report.warnings:
        click.echo(f"Note: {warning}", err=True)
    sides = ", ".join(
        f"{count:,} in {'the base' if side == 'base' else side.upper()}" for side, count in report.rows.items()
    )
    click.echo(
        f"{report.table}: {sides}. {_rows(report.differing)} {'differs' if report.differing == 1 else 'differ'}."
    )
    for rule, count in report.rules.items():
        click.echo(f"  {count:>9,}  decided    {rule}")
    for rule, count in report.review.items():
        click.echo(f"  {count:>9,}  to review  {rule}")
    folder = request.folder
    if not report.differing:
        return
    click.echo(f"Read the report: {folder / 'report.html'}")
    if report.verified is None and report.decided:
        click.echo(f"Nothing was changed. The patches are in {folder / 'patch-a'} and {folder / 'patch-b'}.")
    elif report.verified is not None:
        click.echo(_proof(report, folder))


def _proof(report: "Report", folder: Path) -> str:
    verified = report.verified
    assert verified is not None
    if verified.unexpected:
        first = ", ".join(verified.unexpected[:3])
        return (
            f"Patched, but not equal where it should be: {_rows(len(verified.unexpected))}, such as {first}, were "
            "written to meanwhile. Run the same command again."
        )
    if verified.differing:
        rows = _rows(verified.differing)
        return f"Patched and compared again: what still differs is in {folder / 'review.jsonl'}: {rows}."
    return "Patched and compared again: A and B are equal."


def _rows(count: int) -> str:
    return f"{count:,} row" if count == 1 else f"{count:,} rows"


def _write(request: "Request", report: "Report") -> None:
    from bot.assets import Assets
    from bot.render import Renderer

    (request.folder / "report.json").write_text(
        json.dumps(report.as_json(), indent=2, ensure_ascii=False) + "\n", "utf-8"
    )
    rendered = Renderer(Assets(settings().overrides).template_folders()).render(
        "reconcile/report.html.j2", report=report
    )
    if rendered.problem:
        click.echo(rendered.problem, err=True)
    (request.folder / "report.html").write_text(rendered.text, "utf-8")


def _read(request: "Request") -> "Report":
    from bot.insight.reconcile.report import Report

    written: dict[str, Any] = json.loads((request.folder / "report.json").read_text("utf-8"))
    return Report(**written)


def _policy(file: Path | None) -> "tuple[Policy, str]":
    from bot.core.policies import Policy, parse

    if file is None:
        return Policy(), ""
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise _Wrong(f"{file} cannot be read: {error}. Name the policy file: --policy policy.yaml") from None
    return parse(text, str(file)), text


def _window(window: tuple[str, str] | None, column: str | None, policy: "Policy") -> "Window | None":
    from bot.insight.reconcile.queries import Window

    if window is None:
        return None
    clocks = [column] if column else sorted(policy.clocks)
    if len(clocks) != 1:
        raise click.UsageError("Say which column tells when a row was written: --window-column updated_at")
    start, end = (_time(text) for text in window)
    if start > end:
        raise click.UsageError("The window ends before it begins. Write the earlier time first.")
    return Window(clocks[0], start, end)


def _time(text: str) -> datetime:
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f"{text!r} is no time. Write it as 2026-11-22T03:00:00Z") from None
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read


@contextmanager
def _explained() -> Iterator[None]:
    """Tell what went wrong in a sentence, with exit code 2."""
    from bot.core.marked_yaml import BrokenFileError
    from bot.insight.reconcile.places import ReconcileError

    try:
        yield
    except (ReconcileError, BrokenFileError) as error:
        raise _Wrong(str(error)) from None


class _Bars:
    """One progress bar after another, on a terminal."""

    def __init__(self) -> None:
        self._what = ""
        self._bar: Any = None

    def __call__(self, what: str, done: int, total: int) -> None:
        if what != self._what:
            self.close()
            self._what = what
            self._bar = click.progressbar(
                length=total, label=what.capitalize(), file=sys.stderr, hidden=not sys.stderr.isatty()
            )
            self._bar.render_progress()
        self._bar.update(done - self._bar.pos)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.update(self._bar.length - self._bar.pos)
            self._bar.render_finish()
        self._what, self._bar = "", None


@contextmanager
def _desk(incident: str | None) -> "Iterator[Desk]":
    """Open the bot's memory of an incident; without one, nothing was decided and nothing is filed."""
    from bot.cli.conflicts import Desk

    if incident is None:
        yield Desk(None, "")
        return
    try:
        with opened(incident) as bot:
            yield Desk(bot, incident)
    except click.ClickException as error:
        raise error if error.exit_code == 2 else _Wrong(error.message) from None


@contextmanager
def _progress() -> Iterator[_Bars]:
    bars = _Bars()
    try:
        yield bars
    finally:
        bars.close()
