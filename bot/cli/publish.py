"""firstfive publish"""

from pathlib import Path

import click

from bot.cli.shell import asking, incident_id, key_argument, opened


@click.command(epilog="Example: firstfive publish INC-7 --because the questions are answered in the review")
@key_argument
@click.option("--file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="What it says, in Markdown.")
@click.option("--draft", is_flag=True, help="Keep it as a new version, and do not publish it yet.")
@click.option("--because", help="Why it is published all the same, when the checker finds something.")
def publish(key: str, file: Path | None, draft: bool, because: str | None) -> None:
    """Publish the postmortem as it stands, or as FILE says, and tell its team."""
    with opened(key) as bot:
        from bot.flows.manuscript import unpublished_words
        from bot.flows.publish_postmortem import edit_postmortem, publish_postmortem

        found = file.read_text("utf-8") if file else bot.house.read_now(unpublished_words, incident_id(bot, key))
        text = found if isinstance(found, str) else bot.renderer.render_postmortem(found, "md").text
        if draft:
            number = bot.house.do_now(edit_postmortem, asking(), text, key=key)
            click.echo(f"{key}: version {number} is kept. Publish it: firstfive publish {key}")
            return
        bot.house.do_now(publish_postmortem, asking(), text, len(bot.checked(text)), because, key=key)
    click.echo(f"The postmortem of {key} is published.")
