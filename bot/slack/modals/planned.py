"""The form that files what a postmortem plans."""

from collections.abc import Sequence
from typing import Any

from bot.core.planned import Planned
from bot.flows.file_planned import file_planned
from bot.slack.asked import Answer, Asked
from bot.slack.blocks.parts import fitting, section
from bot.slack.desk import Desk
from bot.slack.modals.forms import form, metadata
from bot.slack.mrkdwn import escape
from store.types import Priority


def planned_form(key: str, found: Sequence[Planned]) -> dict[str, Any]:
    """Return the form, with every item that would be filed. To file some of them, there is the page."""
    lines = [f"• {escape(item.title)}  {_about(item)}" for item in found]
    many = "1 item" if len(found) == 1 else f"{len(found)} items"
    told = f"*{many} of its postmortem*, each with a number, a due date and a ticket:"
    return form("planned", f"File for {key}", "File", [section(told), section(fitting(lines))], {"key": key})


def _about(item: Planned) -> str:
    said = [(item.priority or Priority.P2).upper(), escape(item.owner) or "no owner"]
    return " · ".join([*said, f"due {item.due_on}"] if item.due_on else said)


async def submit_planned(desk: Desk, asked: Asked) -> Answer:
    """File them."""
    key, made = await desk.house.do(file_planned, asked.request, metadata(asked)["key"])
    numbers = ", ".join(str(item.number) for item in made)
    return Answer(f"Filed as action items {numbers} of {key}.", shown=True)
