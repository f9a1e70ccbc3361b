"""firstfive lint"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.shell import settings

if TYPE_CHECKING:
    from bot.core.rulebook import Finding, Rulebook

    Checked = Mapping[str, Sequence[Finding]]

LEVELS = ("low", "medium", "high", "never")
CATEGORIES = ("blame", "names", "structure")
LONGEST = 2_000_000  # characters of a file; a book has a million
GITHUB = {"high": "error", "medium": "warning", "low": "notice"}


@click.command(epilog="Example: firstfive lint postmortems/*.md --fail-on high")
@click.argument("files", nargs=-1, metavar="FILE...", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "github"]),
    default="text",
    show_default=True,
    help="json prints one object on each line; github prints annotations for a pull request.",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--only", multiple=True, type=click.Choice(CATEGORIES), help="Check only this; may be given twice.")
@click.option(
    "--fail-on",
    type=click.Choice(LEVELS),
    default="medium",
    show_default=True,
    help="The least level that exits with 1.",
)
@click.option(
    "--rules",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file of rules that adds to ours; may be given twice.",
)
@click.option(
    "--export-vale", type=click.Path(file_okay=False, path_type=Path), help="Write the rules as a Vale style."
)
def lint(
    files: tuple[Path, ...],
    form: str,
    as_json: bool,
    only: tuple[str, ...],
    fail_on: str,
    rules: tuple[Path, ...],
    export_vale: Path | None,
) -> None:
    """Check postmortems in Markdown for blame, for names and for structure. FILE may be -, for what is piped in.

    Exits with 0 when nothing at or above --fail-on is found, and with 1 when something is. A finding is overruled by a
    comment before its paragraph: <!-- firstfive: allow should-have because we quote the law -->
    """
    if not files and export_vale is None:
        raise click.UsageError("Name a file: firstfive lint postmortem.md")
    book = _rulebook(rules)
    if export_vale:
        _export(book, export_vale)
    checked = _checked(files, book, only)
    if files:
        PRINTERS["json" if as_json else form](checked)
    sys.exit(_exit_code(checked, fail_on))


def _rulebook(more: tuple[Path, ...]) -> "Rulebook":
    from bot.assets import Assets

    book, problems = Assets(settings().overrides).rulebook(*more)
    if problems:
        raise click.UsageError("The rules cannot be used:\n" + "\n".join(f"  {problem}" for problem in problems))
    return book


def _checked(files: tuple[Path, ...], book: "Rulebook", only: tuple[str, ...]) -> "Checked":
    from bot.core.blameless import Checker
    from bot.core.lint import check
    from bot.core.rulebook import Category

    checker = Checker(book)
    wanted = frozenset(map(Category, only or CATEGORIES))
    return {_name(file): check(_text(file), checker, wanted) for file in files}


def _name(file: Path) -> str:
    return "stdin" if str(file) == "-" else file.as_posix()


def _text(file: Path) -> str:
    try:
        content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise click.UsageError(f"{file} cannot be read: {error.strerror}. Name a file that you may read.") from None
    except UnicodeDecodeError:
        raise click.UsageError(f"{file} is not UTF-8 text. Save it as UTF-8, or name the Markdown file.") from None
    if len(text) > LONGEST:
        raise click.UsageError(f"{file} is longer than {LONGEST:,} characters. Name a postmortem.")
    return text


def _exit_code(checked: "Checked", fail_on: str) -> int:
    from bot.core.lint import standing
    from bot.core.rulebook import Level

    if fail_on == "never":
        return 0
    return int(any(standing(findings, Level(fail_on)) for findings in checked.values()))


def _export(book: "Rulebook", folder: Path) -> None:
    from bot.core.vale import styles

    style = folder / "firstfive"
    try:
        style.mkdir(parents=True, exist_ok=True)
        for name, text in styles(book).items():
            (style / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.UsageError(f"{style} cannot be written: {error.strerror}. Name another folder.") from None
    click.echo(
        f"{style} holds {len(styles(book))} rules. "
        f"In .vale.ini: StylesPath = {folder.as_posix()}, BasedOnStyles = firstfive",
        err=True,
    )


def _each(checked: "Checked") -> Iterator[tuple[str, "Finding"]]:
    return ((file, finding) for file, findings in checked.items() for finding in findings)


def _print_text(checked: "Checked") -> None:
    for file, finding in _each(checked):
        click.echo(f"{file}:{finding.line}:{finding.column}: {finding.level} {finding.category}/{finding.rule}")
        if finding.sentence:
            click.echo(f"    {finding.sentence}")
        click.echo(f"    Why: {finding.why}\n    Instead: {finding.rewrite}")
        if finding.overruled is not None:
            click.echo(f"    Overruled: {finding.overruled}")
    click.echo(_summary(checked), err=True)


def _summary(checked: "Checked") -> str:
    found = [finding for _, finding in _each(checked)]
    levels = Counter(finding.level for finding in found if finding.overruled is None)
    overruled = sum(finding.overruled is not None for finding in found)
    counts = [f"{levels[level]} {level}" for level in sorted(levels, key=lambda level: -level.rank)]
    files = "1 file" if len(checked) == 1 else f"{len(checked)} files"
    said = ", ".join(counts) or "nothing found"
    return f"{files}: {said}" + (f", {overruled} overruled" if overruled else "")


def _print_json(checked: "Checked") -> None:
    from bot.core.lint import finding_object

    for file, finding in _each(checked):
        click.echo(json.dumps({"file": file} | finding_object(finding), ensure_ascii=False))


def _print_sarif(checked: "Checked") -> None:
    from importlib.metadata import version

    from bot.core.sarif import sarif

    click.echo(json.dumps(sarif(checked, version("firstfive")), indent=2, ensure_ascii=False))


def _print_github(checked: "Checked") -> None:
    for file, finding in _each(checked):
        if finding.overruled is None:
            place = f"file={_property(file)},line={finding.line},col={finding.column},title={_property(finding.rule)}"
            click.echo(f"::{GITHUB[finding.level]} {place}::{_message(f'{finding.why} {finding.rewrite}')}")


def _message(text: str) -> str:
    """Escape what would end a workflow command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")


PRINTERS: dict[str, Callable[["Checked"], Any]] = {
    "text": _print_text,
    "json": _print_json,
    "sarif": _print_sarif,
    "github": _print_github,
}
