"""What incidents say together, as programs see it: the tables and sheets behind the plots."""

from typing import Any

from bot.core.panels import Panel
from bot.flows.as_json import zulu
from bot.flows.insights import Insights


def insights_object(found: Insights) -> dict[str, Any]:
    """Return every panel's table, and how many incidents they are of."""
    return {
        "incidents": found.incidents,
        "going_on": found.going_on,
        "waiting": found.waiting,
        "since": zulu(found.since),
        "panels": [panel_object(panel) for panel in found.panels],
    }


def panel_object(panel: Panel) -> dict[str, Any]:
    """Return one panel as its table."""
    return {
        "name": panel.name,
        "title": panel.title,
        "about": panel.about,
        "said": list(panel.said),
        "head": list(panel.head),
        "rows": [list(row) for row in panel.rows],
    }


def sheet_object(panel: Panel) -> dict[str, Any]:
    """Return one panel with exactly what is plotted."""
    sheet = {"sheet_head": list(panel.sheet_head), "sheet": [list(row) for row in panel.sheet()]}
    return panel_object(panel) | sheet
