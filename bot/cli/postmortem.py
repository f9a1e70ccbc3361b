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
@click.option("--draft", "anew", is_flag=True, help="The draft as the timeline stands now, whatever was written since.")
def postmortem(key: str, form: str, output: Path | None, anew: bool) -> None:
    """Print the postmortem: its latest version, or the draft from the timeline as it stands now.

    In the draft, people appear as roles, and all times are UTC. The picture of the timeline and JSON are always of it.
    """
    with opened(key) as bot:
        from bot.core.postmortem import draft
        from bot.flows.postmortem_case import postmortem_case
        from bot.flows.versions import latest_text
        from bot.formats.table import rendered

        incident = incident_id(bot, key)
        sketch = draft(bot.house.read_now(postmortem_case, incident))
        version = None if anew else bot.house.read_now(latest_text, incident)
        file = rendered(form, bot.renderer, sketch, bot.assets.fonts(), version)
        found = bot.checked(file.text)
    if file.problem:
        click.echo(file.problem, err=True)
    if found:
        counted = "1 thing" if len(found) == 1 else f"{len(found)} things"
        see = f"firstfive postmortem {sketch.key} | firstfive lint -"
        click.echo(f"The checker finds {counted} to look at before it is published. See them: {see}", err=True)
    if output is None:
        if form in BINARY and sys.stdout.isatty():
            raise click.UsageError(f"{form.upper()} is no text. Name a file: --output {sketch.key.lower()}.{form}")
        click.echo(file.content, nl=False)
        return
    try:
        output.write_bytes(file.content)
    except OSError as error:
        raise click.ClickException(
            f"{output} cannot be written: {error.strerror}. Name another: --output FILE"
        ) from None
    what = f"the draft of {sketch.key}, with {sketch.questions} open questions"
    click.echo(f"{output} holds {what if version is None else f'the latest version of {sketch.key}'}.")
