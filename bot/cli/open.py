"""firstfive open"""

import click

from bot.cli.shell import TEXT_AS_TYPED, asking, json_option, opened, print_json, severity_option, text_argument


@click.command(
    "open", context_settings=TEXT_AS_TYPED, epilog="Example: firstfive open --severity sev1 checkout is down"
)
@text_argument()
@severity_option("sev2")
@click.option("--private", is_flag=True, help="Only those who take part can see it.")
@click.option("--test", is_flag=True, help="It is announced nowhere and counts in no statistics.")
@json_option(help="Print the incident as JSON.")
def open_(text: str, severity: str, private: bool, test: bool, as_json: bool) -> None:
    """Open an incident. Its channel follows as soon as Slack can be reached."""
    with opened() as bot:
        from bot.flows.as_json import incident_object
        from bot.flows.open_incident import open_incident
        from bot.flows.views import incident_id_of
        from store.types import Severity

        done = bot.house.do_now(open_incident, asking(), text, Severity(severity), private=private, test=test)
        if as_json:
            print_json(bot.house.read_now(incident_object, bot.house.read_now(incident_id_of, done.key) or 0))
            return
    click.echo(
        f"{done.key} is open as {done.severity.upper()}. Its channel follows when firstfive serve reaches Slack."
    )
    click.echo(f"Next: firstfive check {done.key}")
