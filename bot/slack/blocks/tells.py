"""What one person is told in private."""

from datetime import datetime
from typing import Any

from bot.core.homes import LONGEST_LINE, MOST_LINES
from bot.core.roles import role_title
from bot.core.spans import span
from bot.core.wording import shortened
from bot.flows.publish_page import Drift
from bot.flows.views import ChecklistView, EffectView, IncidentView
from bot.slack.blocks.card import channel_link
from bot.slack.blocks.checklist import StepAt
from bot.slack.blocks.failures import failure
from bot.slack.blocks.parts import Block, actions, button, section
from bot.slack.mrkdwn import escape, when, when_due
from store.types import StepState

Message = dict[str, Any]


def update_missed(view: IncidentView, now: datetime) -> Message | None:
    """A promised update is late. None when it is not any more."""
    incident = view.incident
    if incident.update_due_at is None or incident.update_due_at > now or not incident.live:
        return None
    text = f"{incident.key}: the next update was due {span(now - incident.update_due_at)} ago."
    return _message(
        text,
        button("Write it", "update", incident.key, "primary"),
        button("In 10 min", "update_snooze", incident.key),
        button("Not needed", "update_dismiss", incident.key),
    )


def step(view: IncidentView, run: ChecklistView, position: int, now: datetime, *, late: bool) -> Message | None:
    """A step is somebody's, or is late. None when it was settled meanwhile."""
    step_run = next((step for step in run.steps if step.position == position), None)
    if step_run is None or step_run.state is not StepState.OPEN:
        return None
    words = escape(run.checklist.steps[position - 1].text)
    due = f", due {when_due(step_run.due_at, now)}" if step_run.due_at else ""
    if late and step_run.due_at:
        text = f"{view.incident.key}: “{words}” was due {span(now - step_run.due_at)} ago."
    else:
        text = f"{view.incident.key}: “{words}” is yours{due}.{channel_link(view.incident)}"
    value = str(StepAt(view.incident.key, run.run.id or 0, position))
    return _message(
        text,
        button("Done", "step_done", value, "primary"),
        button("Note", "step_note", value),
        button("Skip", "step_skip", value),
    )


def role(view: IncidentView, name: str, *, given: bool) -> Message:
    """Somebody was given a role, or somebody else took theirs."""
    incident = view.incident
    title = role_title(name).lower()
    if given:
        return _message(f"{incident.key} {escape(incident.title)}: you have the role {title}.{channel_link(incident)}")
    return _message(f"{incident.key}: somebody else has the role {title} now. You can rest.{channel_link(incident)}")


def action_given(view: IncidentView, number: int) -> Message | None:
    """Somebody owns an action item."""
    item = next((action for action in view.actions if action.number == number), None)
    if item is None:
        return None
    text = f"{view.incident.key}: action item {number} is yours, due {item.due_on}: {escape(item.title)}"
    return _message(text, button("Done", "action_done", f"{view.incident.key} {number}", "primary"))


def ticket_doubled(view: IncidentView, number: int, key: str, others: list[str]) -> Message:
    """A ticket was filed twice; the oldest stays."""
    what = f"action item {number}" if number else "it"
    return _message(
        f"{view.incident.key}: {what} was filed more than once, because Jira's answers were lost. {escape(key)} stays; "
        f"{escape(', '.join(others))} is closed."
    )


def conflicts(view: IncidentView, rows: int, items: int, link: str) -> Message:
    """Rows of diverged tables wait for people."""
    what = "1 row" if rows == 1 else f"{rows} rows"
    where = "1 action item" if items == 1 else f"{items} action items"
    look = f"<{link}|Look at them side by side>"
    return _message(f"{view.incident.key}: {what} that no policy decides, in {where}. {look}.")


def postmortem_given(view: IncidentView, link: str, editor: str) -> Message:
    """Somebody is to write a postmortem."""
    incident, due = view.incident, view.postmortem and view.postmortem.due_at
    until = f", due {when(due, '{date_short_pretty}, {time}')}" if due else ""
    return _message(
        f"{incident.key} {escape(incident.title)}: the postmortem is yours{until}. Its draft is ready.",
        button("Read draft", "open_link", incident.key, "primary", url=link),
        button("Write together", "open_editor", incident.key, url=editor),
        button("Add notes", "postmortem_notes", incident.key),
    )


def commented(view: IncidentView, waiting: int, link: str) -> Message:
    """People commented on a postmortem; what they wrote is on its page."""
    counted = "1 comment waits" if waiting == 1 else f"{waiting} comments wait"
    return _message(
        f"{view.incident.key} {escape(view.incident.title)}: {counted} for you in your postmortem.",
        button("Open it", "open_link", view.incident.key, "primary", url=link),
    )


def page_drifted(view: IncidentView, drift: Drift) -> Message:
    """Somebody wrote on the page in Confluence, or deleted it; its owner decides."""
    value = f"{view.incident.key} {drift.number}"
    head = f"{view.incident.key} {escape(view.incident.title)}: somebody "
    head += "edited its page in Confluence since I wrote it." if drift.number else "deleted its page in Confluence."
    lines = [escape(shortened(line, LONGEST_LINE)) for line in drift.lines[:MOST_LINES]]
    more = [f"and {len(drift.lines) - MOST_LINES} lines more"] if len(drift.lines) > MOST_LINES else []
    shown = ["```", *lines, *more, "```"] if lines else []
    asked = "Shall I write my version over it?" if drift.number else "Shall I make it anew?"
    return _message(
        "\n".join([head, *shown, asked]),
        button("Write over it" if drift.number else "Make it anew", "page_over", value, "danger"),
        button("Leave it", "page_keep", value),
    )


def delivery_failed(view: IncidentView, failed: EffectView) -> Message:
    """Something could not be done for good; the declarer hears what is missing and can retry."""
    incident = view.incident
    retry = button("Retry", "effect_retry", f"{incident.key} {failed.effect.id}", "primary")
    others = (
        [button("Invite someone else", "invite_other", incident.key)] if failed.effect.kind == "slack.invite" else []
    )
    return _message(
        f"{incident.key} is open and recorded, but {failure(failed)}",
        retry,
        *others,
        button("Dismiss", "dismiss", incident.key),
    )


def _message(text: str, *buttons: Block) -> Message:
    return {"text": text, "blocks": [section(text), *([actions(*buttons)] if buttons else [])]}
