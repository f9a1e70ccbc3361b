"""firstfive postmortem"""

import sys
from pathlib import Path

import click

from bot.cli.shell import incident_id, key_argument, opened

FORMATS = ("md", "html", "pdf", "docx", "confluence", "json")
BINARY = ("pdf", "docx")


@click.command(epilog="Example: firstfive postmortem INC-7 --format pdf --output inc-7.pdf")
@key_argument
@click.option("--format", "form", type=click.Choice(FORMATS), default="md", show_default=True)
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="A file to write; the screen otherwise."
)
def postmortem(key: str, form: str, output: Path | None) -> None:
    """Draft the postmortem from the timeline as it stands now. People appear as roles, and all times are UTC."""
    with opened(key) as bot:
        from bot.core.postmortem import draft
        from bot.flows.postmortem_case import postmortem_case
        from bot.formats.table import FORMATS as TABLE

        case = bot.house.read_now(postmortem_case, incident_id(bot, key))
        written = draft(case)
        file = TABLE[form](bot.renderer, written, bot.assets.fonts())
    if file.problem:
        click.echo(file.problem, err=True)
    if output is None:
        if form in BINARY and sys.stdout.isatty():
            raise click.UsageError(f"{form.upper()} is no text. Name a file: --output {case.key.lower()}.{form}")
        click.echo(file.content, nl=False)
        return
    try:
        output.write_bytes(file.content)
    except OSError as error:
        raise click.ClickException(
            f"{output} cannot be written: {error.strerror}. Name another: --output FILE"
        ) from None
    click.echo(f"{output} holds the draft of {case.key}, with {written.questions} open questions.")
