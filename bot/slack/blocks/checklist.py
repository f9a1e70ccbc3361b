"""The checklist message: the step in hand large, the others one line each."""

from datetime import datetime
from typing import Any

from bot.core.checklists import Step
from bot.core.roles import role_title
from bot.core.spans import span
from bot.core.wording import shortened
from bot.flows.views import ChecklistView
from bot.slack.blocks.parts import Block, actions, button, context, section
from bot.slack.mrkdwn import escape, mention, quoted, when
from store.checklists import StepRun
from store.types import StepState

NOTE = 150  # characters of a step's note that are shown
LINES = 2900  # characters of the lines of settled or coming steps in one paragraph


def checklist_message(view: ChecklistView, now: datetime) -> dict[str, Any]:
    """Return a checklist as message arguments, edited in place as people go."""
    done = sum(step.state is not StepState.OPEN for step in view.steps)
    title = f"{escape(view.checklist.title)} · {done} of {len(view.steps)}"
    hand = view.in_hand
    before = [step for step in view.steps if hand is None or step.position < hand.position]
    after = [step for step in view.steps if hand is not None and step.position > hand.position]
    blocks: list[Block] = [
        section("\n".join([f"*{title}*{_time_left(view, now)}", *(_line(view, step) for step in before)]))
    ]
    if hand is not None:
        blocks += _large(view, hand, now)
    if after:
        blocks.append(context(shortened("\n".join(_line(view, step) for step in after), LINES)))
    if view.checklist.table:
        blocks.append(context(shortened(_table(view), LINES)))
    return {"text": title, "blocks": blocks}


def _time_left(view: ChecklistView, now: datetime) -> str:
    due = max((step.due_at for step in view.steps if step.due_at), default=None)
    if view.run.finished_at:
        return f" · finished in {span(view.run.finished_at - view.run.started_at)}"
    if due is None or not view.incident.live:
        return ""
    return f" · until {when(due)}" if due > now else " · over time"


def _large(view: ChecklistView, step: StepRun, now: datetime) -> list[Block]:
    words = _words(view, step)
    who = mention(view.people[step.assignee]) if step.assignee in view.people else _wanted(words)
    late = " · *late*" if step.due_at and step.due_at <= now else ""
    by = f" · by {when(step.due_at)}{late}" if step.due_at else ""
    lines = [f"▶ *{step.position}. {escape(words.text)}*", f"{who}{by}"]
    if words.hint:
        lines.append(escape(words.hint))
    blocks = [section("\n".join(lines)), context(f"Why: {escape(words.why)}")]
    if step.position in view.notes:
        blocks.append(context(f"◦ {quoted(shortened(view.notes[step.position], NOTE))}"))
    value = f"{view.incident.key} {view.run.id} {step.position}"
    blocks.append(
        actions(
            button("Done", "step_done", value, "primary"),
            button("Note", "step_note", value),
            button("Assign", "step_assign", value),
            button("Skip", "step_skip", value),
        )
    )
    return blocks


def _wanted(step: Step) -> str:
    return f"{role_title(step.role)} — nobody yet" if step.role else "Whoever is here"


def _line(view: ChecklistView, step: StepRun) -> str:
    words = _words(view, step)
    mark = {StepState.DONE: "✓", StepState.SKIPPED: "–", StepState.OPEN: "○"}[step.state]
    note = f" — {quoted(shortened(view.notes[step.position], NOTE))}" if step.position in view.notes else ""
    who = mention(view.people[step.settled_by]) if step.settled_by in view.people else ""
    by = f" ({', '.join(part for part in (who, when(step.settled_at)) if part)})" if step.settled_at else ""
    return f"{mark} {step.position}. {escape(words.text)}{note}{by}"


def _words(view: ChecklistView, step: StepRun) -> Step:
    return view.checklist.steps[step.position - 1]


def _table(view: ChecklistView) -> str:
    table = view.checklist.table
    assert table is not None
    rows = [" · ".join(escape(cell) for cell in row) for row in table.rows]
    return "\n".join([f"*{' · '.join(escape(column) for column in table.columns)}*", *rows])
