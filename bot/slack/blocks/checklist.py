"""The checklist message: the step in hand large, the others one line each."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.core.checklists import LookupTable, Step
from bot.core.roles import role_title
from bot.core.spans import span
from bot.flows.views import ChecklistView
from bot.slack.blocks.parts import Block, actions, button, context, fitting, section
from bot.slack.mrkdwn import escape, line, mention, when, when_due
from store.checklists import StepRun
from store.types import StepState

NOTE = 150  # characters of a step's note that are shown


@dataclass(frozen=True, slots=True)
class StepAt:
    """Which step of which checklist run a button or a form is about."""

    key: str
    run_id: int
    position: int

    @classmethod
    def of(cls, value: str) -> "StepAt":
        """Return the step that a button's value names."""
        key, run_id, position = value.split()
        return cls(key, int(run_id), int(position))

    def __str__(self) -> str:
        return f"{self.key} {self.run_id} {self.position}"


def checklist_message(view: ChecklistView, now: datetime) -> dict[str, Any]:
    """Return a checklist as message arguments, edited in place as people go."""
    done = sum(step.state is not StepState.OPEN for step in view.steps)
    title = f"{escape(view.checklist.title)} · {done} of {len(view.steps)}"
    hand = view.in_hand
    before = [step for step in view.steps if hand is None or step.position < hand.position]
    after = [step for step in view.steps if hand is not None and step.position > hand.position]
    settled = fitting([f"*{title}*{_time_left(view, now)}", *(_line(view, step) for step in before)])
    blocks: list[Block] = [section(settled)]
    if hand is not None:
        blocks += _large(view, hand, now)
    if after:
        blocks.append(context(fitting([_line(view, step) for step in after])))
    if view.checklist.table:
        blocks.append(context(fitting(_table(view.checklist.table))))
    return {"text": title, "blocks": blocks}


def _time_left(view: ChecklistView, now: datetime) -> str:
    due = max((step.due_at for step in view.steps if step.due_at), default=None)
    if view.run.finished_at:
        return f" · finished in {span(view.run.finished_at - view.run.started_at)}"
    if due is None or not view.incident.live:
        return ""
    return f" · until {when_due(due, now)}" if due > now else " · over time"


def _large(view: ChecklistView, step: StepRun, now: datetime) -> list[Block]:
    words = _words(view, step)
    who = mention(view.people[step.assignee]) if step.assignee in view.people else _wanted(words)
    late = " · *late*" if step.due_at and step.due_at <= now else ""
    by = f" · by {when_due(step.due_at, now)}{late}" if step.due_at else ""
    small = [f"{escape(words.hint)}" if words.hint else "", f"_Why:_ {escape(words.why)}"]
    if step.position in view.notes:
        small.append(f"◦ {line(view.notes[step.position], NOTE)}")
    value = str(StepAt(view.incident.key, view.run.id or 0, step.position))
    return [
        section(f"▶ *{step.position}. {escape(words.text)}*  {who}{by}"),
        context("\n".join(part for part in small if part)),
        actions(
            button("Done", "step_done", value, "primary"),
            button("Note", "step_note", value),
            button("Assign", "step_assign", value),
            button("Skip", "step_skip", value),
        ),
    ]


def _wanted(step: Step) -> str:
    return f"{role_title(step.role)} — nobody yet" if step.role else "Whoever is here"


def _line(view: ChecklistView, step: StepRun) -> str:
    words = _words(view, step)
    mark = {StepState.DONE: "✓", StepState.SKIPPED: "–", StepState.OPEN: "○"}[step.state]
    note = f" — {line(view.notes[step.position], NOTE)}" if step.position in view.notes else ""
    who = mention(view.people[step.settled_by]) if step.settled_by in view.people else ""
    by = f" ({', '.join(part for part in (who, when(step.settled_at)) if part)})" if step.settled_at else ""
    return f"{mark} {step.position}. {escape(words.text)}{note}{by}"


def _words(view: ChecklistView, step: StepRun) -> Step:
    return view.checklist.steps[step.position - 1]


def _table(table: LookupTable) -> list[str]:
    rows = (" · ".join(escape(cell) for cell in row) for row in table.rows)
    return [f"*{' · '.join(escape(column) for column in table.columns)}*", *rows]
