"""JSON: the draft for programs, as docs/reference/postmortem.schema.json describes it."""

import json
from dataclasses import asdict

from bot.core.draft import Draft, Section
from bot.core.rows import Row

VERSION = 1  # of the layout; it grows when a name goes away or changes its meaning


def as_json(draft: Draft) -> str:
    """Return a draft as one object. Texts are Markdown, times are ISO 8601 in UTC, lengths are seconds."""
    told = {
        "version": VERSION,
        "key": draft.key,
        "title": draft.title,
        "severity": draft.severity,
        "team": draft.team,
        "front": dict(draft.front),
        "sections": [_section(name, section) for name, section in draft.sections.items()],
        "marks": [{"name": mark.name, "at": mark.at.isoformat(), "entry": mark.entry} for mark in draft.marks],
        "durations": [
            {"name": d.name, "from": d.start, "to": d.end, "seconds": d.length.total_seconds(), "exact": d.sure}
            for d in draft.durations
        ],
        "timeline": [_row(row, row.seq in draft.shown) for row in draft.rows],
        "actions": [asdict(action) for action in draft.actions],
        "questions": draft.questions,
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def _section(name: str, section: Section) -> dict[str, object]:
    """Return a section; ``proposed`` is there only where a language model proposed something."""
    told = {"name": name} | asdict(section)
    if not section.proposed:
        del told["proposed"]
    return told


def _row(row: Row, shown: bool) -> dict[str, object]:
    told = asdict(row) | {"at": row.at.isoformat(), "shown": shown}
    del told["skipped"]
    return told
