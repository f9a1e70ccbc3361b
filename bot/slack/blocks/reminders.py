"""What one person is reminded of, and what the lead of a team hears when that did not help."""

from datetime import date
from typing import Any

from bot.flows.views import IncidentView
from bot.slack.blocks.card import channel_link
from bot.slack.blocks.parts import Block, actions, button, section
from bot.slack.mrkdwn import escape, mention
from store.reminders import POSTMORTEM
from store.types import ActionState

Message = dict[str, Any]


def reminder(view: IncidentView, number: int, due_on: date, link: str, *, escalated: bool) -> Message | None:
    """Something is due, or is late. None when it was done meanwhile, or is due on another day now."""
    found = _postmortem(view, due_on) if number == POSTMORTEM else _action(view, number, due_on)
    if found is None:
        return None
    what, owner = found
    whose = f", {mention(view.people[owner])} has it" if owner in view.people else ", nobody has it"
    text = f"{view.incident.key}: {what} was due on {due_on}{whose}" if escalated else f"{view.incident.key}: {what}"
    text += f".{channel_link(view.incident)}" if escalated else f" is due on {due_on}.{channel_link(view.incident)}"
    value = f"{view.incident.key} {number}"
    snooze = [] if escalated else [button("Remind me tomorrow", "remind_later", value)]
    return {"text": text, "blocks": [section(text), actions(*_presses(view, number, value, link), *snooze)]}


def _postmortem(view: IncidentView, due_on: date) -> tuple[str, str | None] | None:
    postmortem = view.postmortem
    if postmortem is None or postmortem.due_at is None or postmortem.due_at.date() != due_on:
        return None
    return f"the postmortem of “{escape(view.incident.title)}”", postmortem.owner


def _action(view: IncidentView, number: int, due_on: date) -> tuple[str, str | None] | None:
    item = next((each for each in view.actions if each.number == number), None)
    if item is None or item.state is not ActionState.OPEN or item.due_on != due_on:
        return None
    return f"action item {number}, “{escape(item.title)}”", item.owner


def _presses(view: IncidentView, number: int, value: str, link: str) -> list[Block]:
    if number == POSTMORTEM:
        return [
            button("Read draft", "open_link", view.incident.key, "primary", url=link),
            button("Change owner", "postmortem_owner", view.incident.key),
        ]
    return [button("Done", "action_done", value, "primary"), button("Give to someone", "action_give", value)]
