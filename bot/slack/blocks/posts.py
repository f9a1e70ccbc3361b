"""Messages that are posted once: updates, the resolution, action items, pointers."""

from typing import Any

from bot.core.spans import span
from bot.core.wording import shortened
from bot.flows.views import IncidentView
from bot.slack.blocks.card import channel_link, shape
from bot.slack.blocks.parts import actions, button, context, paragraphs, section
from bot.slack.mrkdwn import escape, line, mention, quoted, when
from store.actions import ActionItem
from store.types import ActionState

Message = dict[str, Any]

SUMMARY = 1200  # characters of a postmortem's summary in a channel
IN_BRIEF = 300  # characters of an update where blocks are not shown: notifications


def update(view: IncidentView, text: str) -> Message:
    """A public update, with when the next one is due."""
    incident = view.incident
    due = incident.update_due_at
    small = [incident.status.value, f"next update {when(due)}" if due else "no further update is promised"]
    words = paragraphs(f"{shape(incident)} *{incident.key} update* {quoted(text)}")
    return {
        "text": f"{incident.key} update: {line(text, IN_BRIEF)}",
        "blocks": [*words, context(" · ".join(small))],
    }


def resolution(view: IncidentView, link: str) -> Message:
    """It is over: how long it took, when the postmortem is due, and who owns it."""
    incident, postmortem = view.incident, view.postmortem
    took = span((incident.resolved_at or incident.opened_at) - incident.opened_at)
    parts = [f"{shape(incident)} *Resolved after {took}*", "draft postmortem is ready"]
    if postmortem and postmortem.due_at:
        parts.append(f"due {when(postmortem.due_at, '{date_short_pretty}, {time}')}")
    if postmortem and postmortem.owner in view.people:
        parts.append(f"owner {mention(view.people[postmortem.owner])}")
    buttons = actions(
        button("Read draft", "open_link", incident.key, "primary", url=link),
        button("Post draft", "postmortem_draft", incident.key),
        button("Add notes", "postmortem_notes", incident.key),
        button("Change owner", "postmortem_owner", incident.key),
        button("Publish", "postmortem_publish", incident.key),
    )
    return {"text": f"{incident.key} is resolved after {took}", "blocks": [section(" · ".join(parts)), buttons]}


def action_item(view: IncidentView, number: int, browse: str, rows: str) -> Message:
    """An action item as it stands now, with its ticket. *browse* is where people see tickets; "" without Jira.

    *rows* is where those that it leaves to people stand side by side.
    """
    item = next(action for action in view.actions if action.number == number)
    value = f"{view.incident.key} {number}"
    buttons = [button("Done", "action_done", value, "primary"), button("Decline", "action_decline", value)]
    again = [button("Reopen", "action_reopen", value)]
    if left := view.undecided.get(number):
        keeps = [button("Keep A", "conflict_keep_a", value), button("Keep B", "conflict_keep_b", value)]
        buttons = [button(f"Look at {left}", "open_link", value, "primary", url=rows), *keeps, buttons[1]]
    shown = buttons if item.state is ActionState.OPEN else again
    small = [f"done when {escape(item.done_when)}"] if item.done_when else []
    refused = view.unfiled.get(number)
    ticket = view.tickets.get(number)
    if ticket is not None and ticket.gone_at is not None:
        small.append(f"{ticket.key} is gone from Jira")
        shown = [*shown, button("File again", "ticket_again", value)]
    elif ticket is not None and ticket.key:
        small.append(f"<{browse}/browse/{ticket.key}|{ticket.key}>" if browse else ticket.key)
    elif refused is not None:
        small.append(f"Jira refused its ticket: {escape(refused.reason or '')}")
        shown = [*shown, button("Retry", "effect_retry", f"{view.incident.key} {refused.id}")]
    elif ticket is not None and browse:
        small.append("its ticket is on the way")
    about = [context(" · ".join(small))] if small else []
    return {
        "text": f"Action item {number}: {escape(item.title)}",
        "blocks": [section(item_line(view, item)), *about, actions(*shown)],
    }


def item_line(view: IncidentView, item: ActionItem) -> str:
    """Return an action item in one line: where it stands, what, who, how urgent, of which kind and until when."""
    mark = {ActionState.OPEN: "☐", ActionState.DONE: "☑", ActionState.DECLINED: "☒"}[item.state]
    owner = mention(view.people[item.owner]) if item.owner in view.people else "no owner"
    small = [owner, item.priority.upper(), item.type, f"due {item.due_on}"]
    small += [] if item.state is ActionState.OPEN else [item.state]
    return f"{mark} *{item.number}. {escape(item.title)}*  {' · '.join(small)}"


def joined(view: IncidentView) -> Message:
    """Where the work goes on."""
    assert view.joined_to is not None
    how = "merged into" if view.incident.link == "merged" else "a duplicate of"
    text = f"{view.incident.key} is {how} {view.joined_to.key}. The work goes on there.{channel_link(view.joined_to)}"
    return {"text": text, "blocks": [section(text)]}


def draft_comment(view: IncidentView, link: str) -> str:
    """The line above the draft's file."""
    key = view.incident.key
    return f"{key} postmortem draft, as the timeline stands now. Read it as a page: <{link}|{key}>"


def published(view: IncidentView, summary: str, link: str) -> Message:
    """A postmortem is published: its summary, and where to read it."""
    incident = view.incident
    title = f"The postmortem of {incident.key} {escape(incident.title)} is published"
    buttons = actions(
        button("Read it", "postmortem_read", incident.key, "primary", url=link),
        button("File its action items", "postmortem_items", incident.key),
        button("Learned", "postmortem_learned", incident.key),
    )
    told = [section(escape(shortened(summary, SUMMARY)))] if summary else []
    return {"text": title, "blocks": [section(f"*{title}*"), *told, buttons]}
