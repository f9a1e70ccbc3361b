"""App Home: what one person must do now, their open incidents, then everyone's."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from bot.flows.home_view import Duty, HomeView
from bot.slack.blocks.card import age, channel_link, headline
from bot.slack.blocks.parts import Block, actions, button, context, section
from bot.slack.mrkdwn import escape, when
from store.incidents import Incident

DUTIES = 25  # shown; a view holds 100 blocks, set by Slack
INCIDENTS = 10  # shown of each kind
KINDS = {"step": "checklist step", "update": "promised", "action_item": "action item", "postmortem": "to be written"}
DAYS = "{date_short_pretty} {time}"

Page = Callable[[str, str], str]


def home(view: HomeView, now: datetime, page: Page) -> dict[str, Any]:
    """Return the Home view. *page* makes the address of an incident's page."""
    blocks = [
        *_duties(view.duties, now, page),
        {"type": "divider"},
        *_mine(view.mine, now),
        {"type": "divider"},
        *_others(view.others, now),
        actions(button("Open an incident", "open", "home", None if view.mine else "primary")),
    ]
    return {"type": "home", "callback_id": "home", "blocks": blocks}


def _duties(duties: Sequence[Duty], now: datetime, page: Page) -> list[Block]:
    late = sum(duty.due_at is not None and duty.due_at <= now for duty in duties)
    title = f"*What you must do now* · {len(duties)}" if duties else "*What you must do now*"
    if not duties:
        return [section(f"{title}\nNothing waits for you. Steps, updates, action items and postmortems show here.")]
    lines = [section(f"{title} · {late} overdue" if late else title)]
    lines += [section(_duty(duty, now), _press(duty, page)) for duty in duties[:DUTIES]]
    return [*lines, *_more(len(duties) - DUTIES, "/incident show")]


def _duty(duty: Duty, now: datetime) -> str:
    overdue = duty.due_at is not None and duty.due_at <= now
    due = ("overdue since " if overdue else "due ") + when(duty.due_at, DAYS) if duty.due_at else "no date"
    incident = duty.incident
    where = f"{incident.key} {escape(incident.title)}{channel_link(incident)}"
    return f"{'⏰ ' if overdue else ''}*{escape(duty.text)}* · {KINDS[duty.kind]}, {due}\n{where}"


def _press(duty: Duty, page: Page) -> Block:
    if duty.kind == "step":
        return button("Done", "step_done", duty.about)
    if duty.kind == "update":
        return button("Write it", "update", duty.about)
    if duty.kind == "action_item":
        return button("Done", "action_done", duty.about)
    return button("Read draft", "open_link", duty.about, url=page("postmortems", duty.incident.key))


def _mine(incidents: Sequence[Incident], now: datetime) -> list[Block]:
    if not incidents:
        return [section("*Your open incidents*\nYou take part in none. Open one: `/incident open what is wrong`")]
    shown = incidents[:INCIDENTS]
    lines = [section(_line(incident, now), button("Add note", "note", incident.key)) for incident in shown]
    return [section("*Your open incidents*"), *lines, *_more(len(incidents) - INCIDENTS, "/incident list")]


def _others(incidents: Sequence[Incident], now: datetime) -> list[Block]:
    if not incidents:
        return [section("*Everyone's*\nNo other incident is open.")]
    lines = [section(_line(incident, now)) for incident in incidents[:INCIDENTS]]
    return [section("*Everyone's*"), *lines, *_more(len(incidents) - INCIDENTS, "/incident list")]


def _line(incident: Incident, now: datetime) -> str:
    return f"{headline(incident)}\n{age(incident, now)}{channel_link(incident)}"


def _more(count: int, command: str) -> list[Block]:
    return [context(f"and {count} more: `{command}`")] if count > 0 else []
