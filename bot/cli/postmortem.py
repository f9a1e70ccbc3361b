"""firstfive postmortem"""

from pathlib import Path
from typing import Literal

import click

from bot.cli.shell import incident_id, key_argument, opened


@click.command(epilog="Example: firstfive postmortem INC-7 --format html --output inc-7.html")
@key_argument
@click.option("--format", "form", type=click.Choice(["md", "html"]), default="md", show_default=True)
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="A file to write; the screen otherwise."
)
def postmortem(key: str, form: Literal["md", "html"], output: Path | None) -> None:
    """Draft the postmortem from the timeline as it stands now. People appear as roles, and all times are UTC."""
    with opened(key) as bot:
        from bot.core.postmortem import draft
        from bot.flows.postmortem_case import postmortem_case

        case = bot.house.read_now(postmortem_case, incident_id(bot, key))
        written = draft(case)
        rendered = bot.renderer.render_postmortem(written, form)
        found = bot.checked(bot.renderer.render_postmortem(written, "md").text)
    if rendered.problem:
        click.echo(rendered.problem, err=True)
    if found:
        counted = "1 thing" if len(found) == 1 else f"{len(found)} things"
        see = f"firstfive postmortem {case.key} | firstfive lint -"
        click.echo(f"The checker finds {counted} to look at before it is published. See them: {see}", err=True)
    if output is None:
        click.echo(rendered.text, nl=False)
        return
    try:
        output.write_text(rendered.text, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(
            f"{output} cannot be written: {error.strerror}. Name another: --output FILE"
        ) from None
    click.echo(f"{output} holds the draft of {case.key}, with {written.questions} open questions.")
