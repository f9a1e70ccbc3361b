"""What changed before an incident, one line a change."""

from datetime import timedelta

from bot.core.spans import span
from bot.flows.changes_view import Changed, ChangesView
from bot.slack.blocks.parts import Block, context, fitting, section
from bot.slack.mrkdwn import line, when

WORDS = 160  # characters of a change


def changed(view: ChangesView, back: timedelta) -> list[Block]:
    """Return the list, the newest first, each with how long before the incident it was."""
    title = section(f"*What changed before {view.incident.key}* · began {when(view.began)}, {span(back)} back")
    if not view.changes:
        empty = "Nothing that we were told of. Let your pipeline say what it changes: docs/changes.md"
        return [title, context(empty)]
    more = [context(f"and others before these. Look back less far: `/incident changes {view.incident.key} 1h`")]
    lines = section(fitting([_line(change, view) for change in view.changes]))
    return [title, lines, *(more if view.more else [])]


def _line(change: Changed, view: ChangesView) -> str:
    apart = abs(view.began - change.at)
    before = "before" if change.at <= view.began else "after"
    return f"• {when(change.at)}, {span(apart)} {before} · {change.kind} · {line(change.told, WORDS)}"
