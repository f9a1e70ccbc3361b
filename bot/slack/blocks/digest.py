"""The weekly digest: what a team owes, the longest overdue first, each line with its button."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from bot.core.wording import shortened
from bot.flows.digest_view import Digest, Line
from bot.slack.blocks.card import channel_link
from bot.slack.blocks.home import Page
from bot.slack.blocks.parts import Block, button, context, section
from bot.slack.mrkdwn import escape, mention

LESSON = 500  # characters
SHOWN = 7  # lines of a part; a message holds 50 blocks, set by Slack


def digest(view: Digest, page: Page) -> dict[str, Any]:
    """Return the digest. *page* makes the address of a postmortem's page."""
    counts = [(view.overdue, "overdue"), (view.due, "due this week"), (view.ownerless, "without an owner")]
    told = ", ".join(f"{len(lines)} {what}" for lines, what in counts if lines) or "nothing is owed"
    title = f"The week of {escape(view.team.name)}: {told}"
    blocks = [
        section(f"*{title}*"),
        *_part("Overdue", view.overdue, view.today, page),
        *_part("Due this week", view.due, view.today, page),
        *_part("Without an owner", view.ownerless, view.today, page),
        *_part("Reviews this week", view.reviews, view.today, page),
        *_part("Done last week", view.done, view.today, page, done=True),
        *(_lesson(view.lesson, page) if view.lesson else []),
    ]
    return {"text": title, "blocks": blocks}


def _part(title: str, lines: Sequence[Line], today: date, page: Page, *, done: bool = False) -> list[Block]:
    if not lines:
        return []
    shown = [section(_line(line, today, done), _press(line, page, done)) for line in lines[:SHOWN]]
    rest = [context(f"and {len(lines) - SHOWN} more, in `/incident list`")] if len(lines) > SHOWN else []
    return [section(f"*{title}*"), *shown, *rest]


def _line(line: Line, today: date, done: bool) -> str:
    nobody = "nobody leads it yet" if line.kind == "review" else "no owner"
    owner = mention(line.owner) if line.owner else nobody
    late = (today - line.due_on).days
    ahead = f"{'' if line.kind == 'review' else 'due '}{line.due_on:%a %d %b}"
    due = f"{late} {'day' if late == 1 else 'days'} overdue" if late > 0 else ahead
    where = f"{line.incident.key} {escape(line.incident.title)}{channel_link(line.incident)}"
    return f"*{escape(line.text)}* · {owner}{'' if done else f' · {due}'}\n{where}"


def _press(line: Line, page: Page, done: bool) -> Block:
    if line.kind != "action_item":
        if line.kind == "postmortem" and line.owner is None:
            return button("Give to someone", "postmortem_owner", line.about)
        return button("Read draft", "open_link", line.about, url=page("postmortems", line.incident.key))
    if done:
        return button("Reopen", "action_reopen", line.about)
    return button("Done", "action_done", line.about) if line.owner else button("Take it", "action_take", line.about)


def _lesson(line: Line, page: Page) -> list[Block]:
    told = f"{escape(shortened(line.text, LESSON))}\n{line.incident.key} {escape(line.incident.title)}"
    press = button("Read it", "postmortem_read", line.about, url=page("postmortems", line.incident.key))
    return [section("*Worth reading again*"), section(told, press)]
