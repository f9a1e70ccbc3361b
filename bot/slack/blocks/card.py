"""The incident card and the announcement line: living messages that show an incident as it is."""

from datetime import datetime
from typing import Any

from bot.core.roles import role_title
from bot.core.severities import RESOLVED_SHAPE, SHAPE
from bot.core.spans import span
from bot.flows.views import IncidentView
from bot.slack.blocks.parts import Block, actions, button, context, overflow, section
from bot.slack.mrkdwn import escape, line, mention, when
from store.incidents import Incident

IMPACT = 500  # characters shown; the timeline has all of it


def headline(incident: Incident) -> str:
    """Return the one line by which people know an incident, as mrkdwn."""
    kinds = (" · private 🔒" if incident.private else "") + (" · test" if incident.test else "")
    return f"{shape(incident)} *{incident.severity.upper()} · {incident.key} · {escape(incident.title)}*{kinds}"


def shape(incident: Incident) -> str:
    """Return the severity's circle, green once it is resolved."""
    return SHAPE[incident.severity] if incident.live else RESOLVED_SHAPE


def age(incident: Incident, now: datetime) -> str:
    """Return where an incident stands and for how long it lasts or lasted, for a message that is not edited."""
    return f"{incident.status} · {span((incident.resolved_at or now) - incident.opened_at)}"


def since(incident: Incident) -> str:
    """Return where an incident stands and since when. The reader's own clock counts, so it is right at any time."""
    if incident.resolved_at:
        return f"_{incident.status} after {span(incident.resolved_at - incident.opened_at)}_"
    return f"_{incident.status}_ · since {when(incident.opened_at)}, {when(incident.opened_at, '{ago}')}"


def card(view: IncidentView, now: datetime) -> dict[str, Any]:
    """Return the card as message arguments: at most nine lines on a phone."""
    incident = view.incident
    lines = [headline(incident), since(incident), *([joined_line(view)] if view.joined_to else [])]
    lines.append(f"*Impact* {line(incident.impact, IMPACT) if incident.impact else '— not stated yet'}")
    small = [roles_line(view), *([update_line(incident, now)] if incident.live else [])]
    small += [f"⚠️ {view.failed} not delivered. See them: `/incident show`"] if view.failed else []
    blocks: list[Block] = [section("\n".join(lines)), context("\n".join(small)), _buttons(incident)]
    text = f"{incident.severity.upper()} {incident.key} {escape(incident.title)}: {incident.status}"
    return {"text": text, "blocks": blocks}


def joined_line(view: IncidentView) -> str:
    """Return where the work goes on, for an incident that was joined to another."""
    assert view.joined_to is not None
    how = "Merged into" if view.incident.link == "merged" else "Duplicate of"
    return f"{how} {view.joined_to.key}{channel_link(view.joined_to)}"


def roles_line(view: IncidentView) -> str:
    """Return who does what, and which demanded roles nobody has."""
    taken = [f"*{role_title(role)}* {mention(account)}" for role, account in view.holders.items()]
    return " · ".join([*taken, *(f"*{role_title(role)}* — open" for role in view.vacant)]) or "Nobody has a role yet."


def update_line(incident: Incident, now: datetime) -> str:
    """Return when the next public update is due."""
    if incident.update_due_at is None:
        return "No update is promised."
    if incident.update_due_at <= now:
        return f"*Update overdue* since {when(incident.update_due_at)}"
    return f"Next update due {when(incident.update_due_at)}"


def channel_link(incident: Incident) -> str:
    """Return " · #channel" for an incident whose channel exists."""
    return f" · <#{incident.channel_id}>" if incident.channel_id else ""


def announcement(view: IncidentView) -> dict[str, Any]:
    """Return the line of the announce channel as message arguments."""
    incident = view.incident
    parts = [f"{headline(incident)} · {incident.status}"]
    if view.commander and incident.live:
        parts.append(f"{mention(view.commander)} leads")
    parts.append(f"<#{incident.channel_id}>" if incident.channel_id else "")
    parts.append(f"impact: {line(incident.impact, IMPACT)}" if incident.impact else "")
    text = f"{incident.severity.upper()} {incident.key} {escape(incident.title)}"
    return {"text": text, "blocks": [section(" · ".join(part for part in parts if part))]}


def _buttons(incident: Incident) -> Block:
    key = incident.key
    if not incident.live:
        reopen = button("Reopen", "reopen", key)
        return actions(
            button("Post draft", "postmortem_draft", key, "primary"), button("Notes", "postmortem_notes", key), reopen
        )
    more = overflow(
        "more",
        ("Status", f"status {key}"),
        ("Severity", f"severity {key}"),
        ("Take a role", f"role {key}"),
        ("Action item", f"ticket {key}"),
        ("Resolve", f"resolve {key}"),
    )
    return actions(
        button("Update", "update", key, "primary"),
        button("Checklist", "checklist", key),
        button("Add note", "note", key),
        more,
    )
