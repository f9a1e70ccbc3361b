"""firstfive show"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from bot.cli.shell import incident_id, json_option, key_argument, opened, print_json

if TYPE_CHECKING:
    from datetime import datetime

    from bot.flows.views import ChecklistView, IncidentView


@click.command(epilog="Example: firstfive show INC-7 --json")
@key_argument
@json_option(help="Print the incident as JSON.")
def show(key: str, as_json: bool) -> None:
    """Show an incident: people, impact, checklists, action items, and what was not delivered."""
    with opened(key) as bot:
        from bot.flows.as_json import incident_object
        from bot.flows.named_case import named_case
        from bot.flows.views import checklist_views, incident_view

        row = incident_id(bot, key)
        if as_json:
            print_json(bot.house.read_now(incident_object, row))
            return
        view = bot.house.read_now(incident_view, row)
        names = bot.house.read_now(named_case, row).names
        checklists = bot.house.read_now(checklist_views, row)
    assert view is not None
    for label, text in _lines(view, names, checklists, bot.house.clock.now()):
        click.echo(f"{label:<12} {text}" if label else text)


def _lines(
    view: "IncidentView", names: dict[str, str], checklists: "list[ChecklistView]", now: "datetime"
) -> Iterator[tuple[str, str]]:
    from bot.core.roles import role_title
    from bot.core.spans import span

    incident = view.incident
    flags = [word for word, so in (("private", incident.private), ("test", incident.test)) if so]
    yield "", " · ".join([incident.severity.upper(), incident.key, incident.title, *flags])
    age = span((incident.resolved_at or now) - incident.opened_at)
    yield "Status", f"{incident.status} · {age} since {incident.opened_at:%Y-%m-%d %H:%M} UTC"
    yield "Impact", incident.impact or f"not stated. Say it: firstfive impact {incident.key} whom it hurts"
    for role, holder in view.holders.items():
        yield role_title(role), names.get(holder, holder)
    for role in view.vacant:
        yield role_title(role), f"nobody yet. Take it: firstfive role {incident.key} {role}"
    if incident.update_due_at:
        yield "Next update", f"{incident.update_due_at:%Y-%m-%d %H:%M} UTC"
    if incident.channel_name:
        yield "Channel", f"#{incident.channel_name}"
    if view.joined_to:
        yield str(incident.link).capitalize(), f"with {view.joined_to.key}"
    for other in view.joined_here:
        yield "Joined here", other.key
    for checklist in checklists:
        done = sum(step.settled_at is not None for step in checklist.steps)
        yield "Checklist", f"{checklist.checklist.title} · {done} of {len(checklist.steps)}"
    for item in view.actions:
        owner = names.get(view.people.get(item.owner or "", ""), "nobody yet")
        yield f"Item {item.number}", f"{item.priority.upper()} {item.state} due {item.due_on} · {owner} · {item.title}"
    if view.failed:
        yield "Undelivered", f"{view.failed}. See why: firstfive dead-letters list"
