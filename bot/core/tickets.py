"""Tickets: the label by which one is found, and what a team's project in Jira calls our priorities and types."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from store.types import ActionType, Priority

SETTLE = timedelta(seconds=90)  # Jira shows a new issue to its search late; measured and documented: up to a minute
EVERY = timedelta(seconds=60)  # between two readings of what was changed in Jira
PRIORITIES = {Priority.P0: "Highest", Priority.P1: "High", Priority.P2: "Medium", Priority.P3: "Low"}
LABEL = "firstfive-"


@dataclass(frozen=True, slots=True)
class Naming:
    """What a team's project calls things; the table [jira] of ``firstfive.toml``.

    ``fields`` are set on every ticket as they stand, for those that a project demands and we know nothing of.
    """

    issue_type: str = "Task"
    parent_type: str = "Epic"
    types: Mapping[ActionType, str] = field(default_factory=dict)
    priorities: Mapping[Priority, str] = field(default_factory=lambda: PRIORITIES)
    fields: Mapping[str, Any] = field(default_factory=dict)

    def type_of(self, action: ActionType) -> str:
        """Return the issue type of an action item."""
        return self.types.get(action, self.issue_type)


NAMING = Naming()


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that a project allows."""

    id: str
    name: str


def label(request_id: str, number: int) -> str:
    """Return the label of a ticket, from what is unique to its incident wherever else firstfive runs."""
    return LABEL + hashlib.sha256(f"{request_id}/{number}".encode()).hexdigest()[:20]


def named(name: str, allowed: Sequence[Choice]) -> Choice | None:
    """Return the allowed value of that name, in any case of letters."""
    return next((choice for choice in allowed if choice.name.casefold() == name.casefold()), None)


def priority_like(choice_id: str | None, naming: Naming, allowed: Sequence[Choice]) -> Priority | None:
    """Return our priority for one of a project's: by name, or by rank; None for one that the project does not have."""
    chosen = next((choice for choice in allowed if choice.id == choice_id), None)
    if chosen is None:
        return None
    meant = (each for each in Priority if priority_among(each, naming, allowed) == chosen)
    return next(meant, list(Priority)[min(list(allowed).index(chosen), len(Priority) - 1)])


def priority_among(priority: Priority, naming: Naming, allowed: Sequence[Choice]) -> Choice | None:
    """Return a project's priority for ours: by name, or where none has it by rank, for Jira lists the highest first."""
    found = named(naming.priorities.get(priority, PRIORITIES[priority]), allowed)
    if found is not None or not allowed:
        return found
    return allowed[min(list(Priority).index(priority), len(allowed) - 1)]
