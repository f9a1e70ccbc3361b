"""Forms on action items: what is to be done by whom and when, and why one is declined."""

from datetime import date
from typing import Any

from bot.core.actions import DUE_DAYS
from bot.flows.add_action import add_action, settle_action
from bot.flows.give_action import give_action
from bot.flows.open_incident import LONGEST_TITLE
from bot.flows.take_note import LONGEST
from bot.slack.asked import Answer, Asked
from bot.slack.desk import Desk
from bot.slack.modals.forms import choice, day, form, metadata, person, text_input, value
from bot.slack.mrkdwn import entered, mention
from store.actions import ActionItem
from store.types import ActionState, ActionType, Priority

TYPES = {
    ActionType.PREVENT: "Prevent: it cannot happen again",
    ActionType.MITIGATE: "Mitigate: it hurts less",
    ActionType.DETECT: "Detect: we see it sooner",
    ActionType.REPAIR: "Repair: what it broke is whole",
    ActionType.INVESTIGATE: "Investigate: we know why",
}


def action_form(key: str, title: str = "") -> dict[str, Any]:
    """Return the form that adds an action item, with a *title* to begin with."""
    return form(
        "action",
        f"Action item for {key}",
        "Add",
        [
            text_input(
                "title",
                "What is to be done?",
                title,
                longest=LONGEST_TITLE,
                hint="Start with a verb.",
            ),
            text_input(
                "done_when",
                "How can anyone see that it is done?",
                longest=LONGEST_TITLE,
                hint="Such as: a full pool pages within a minute.",
                optional=True,
            ),
            person("owner", "Owner", optional=True),
            choice(
                "priority",
                "Priority",
                [(f"{each.upper()}: within {days} working days", each) for each, days in DUE_DAYS.items()],
                Priority.P2,
            ),
            choice("type", "Type", [(words, each) for each, words in TYPES.items()], ActionType.PREVENT),
            day("due_on", "Due, if not as the priority says", optional=True),
        ],
        metadata={"key": key},
    )


def decline_form(key: str, number: int) -> dict[str, Any]:
    """Return the form that asks why an action item is declined."""
    why = text_input("text", "Why is it declined?", longest=LONGEST, hint="The item stays in the postmortem with this.")
    return form("decline", f"Decline item {number}", "Decline", [why], metadata={"key": key, "number": number})


def give_form(key: str, number: int) -> dict[str, Any]:
    """Return the form that gives an action item to somebody else."""
    whom = person("person", "Who takes it over?")
    return form("give", f"Item {number} of {key}", "Give", [whom], metadata={"key": key, "number": number})


async def submit_action(desk: Desk, asked: Asked) -> Answer:
    """Add the action item that the form describes."""
    due = value(asked, "due_on")
    key, item = await desk.house.do(
        add_action,
        asked.request,
        entered(value(asked, "title")),
        owner=value(asked, "owner"),
        priority=Priority(value(asked, "priority")),
        type=ActionType(value(asked, "type")),
        due_on=date.fromisoformat(due) if due else None,
        done_when=entered(value(asked, "done_when") or ""),
        key=metadata(asked)["key"],
    )
    return Answer(added(key, item), shown=True)


async def submit_decline(desk: Desk, asked: Asked) -> Answer:
    """Decline the action item."""
    about = metadata(asked)
    number, why = about["number"], entered(value(asked, "text"))
    await desk.house.do(settle_action, asked.request, number, ActionState.DECLINED, why, about["key"])
    return Answer(f"Action item {number} is declined.", shown=True)


async def submit_give(desk: Desk, asked: Asked) -> Answer:
    """Give the action item to somebody else."""
    about, account = metadata(asked), value(asked, "person")
    await desk.house.do(give_action, asked.request, about["number"], account, about["key"])
    return Answer(f"{mention(account)} has action item {about['number']} of {about['key']} now.")


def added(key: str, item: ActionItem) -> str:
    """Return what whoever added an action item is answered."""
    return f"Action item {item.number} of {key} is added as {item.priority.upper()}, due {item.due_on}."
