"""A timeline, its proof and its checklists as programs see them."""

import re
from collections.abc import Collection
from typing import Any

from bot.core.named import NamedCase
from bot.flows.as_json import zulu
from bot.flows.prove import Proof
from bot.flows.views import ChecklistView

_GUARDED = re.compile(r"\\([!-/:-@\[-`{-~])")


def plain(markdown: str) -> str:
    """Return Markdown of ours as it reads best unrendered: without the backslashes that guard its signs."""
    return _GUARDED.sub(r"\1", markdown)


def entry_objects(named: NamedCase, only: Collection[int] | None = None) -> list[dict[str, Any]]:
    """Return the entries of a timeline by when they happened: all of them, or those numbered *only*."""
    moments = {moment.seq: moment for moment in named.case.moments}
    return [
        {
            "entry": row.seq,
            "kind": moments[row.seq].kind,
            "occurred_at": zulu(moments[row.seq].occurred_at),
            "recorded_at": zulu(moments[row.seq].recorded_at),
            "precision": moments[row.seq].precision,
            "margin_s": moments[row.seq].margin_s,
            "who": row.who,
            "what": plain(row.what),
            "text": moments[row.seq].text,
            "earlier": list(moments[row.seq].history),
            "withdrawn": moments[row.seq].withdrawn,
        }
        for row in named.rows(only)
    ]


def proof_object(proof: Proof) -> dict[str, Any]:
    """Return what became of proving one timeline."""
    return {"key": proof.key, "entries": proof.entries, "broken": proof.broken}


def checklist_object(view: ChecklistView) -> dict[str, Any]:
    """Return a checklist that was started, step by step."""
    run, in_hand = view.run, view.in_hand
    return {
        "id": run.checklist_id,
        "title": view.checklist.title,
        "started_at": zulu(run.started_at),
        "finished_at": zulu(run.finished_at),
        "in_hand": in_hand.position if in_hand else None,
        "steps": [
            {
                "position": step.position,
                "id": step.step_id,
                "text": view.checklist.steps[step.position - 1].text,
                "why": view.checklist.steps[step.position - 1].why,
                "state": step.state,
                "assignee": view.people.get(step.assignee or ""),
                "due_at": zulu(step.due_at),
                "settled_by": view.people.get(step.settled_by or ""),
                "settled_at": zulu(step.settled_at),
                "note": view.notes.get(step.position),
            }
            for step in view.steps
        ],
    }
