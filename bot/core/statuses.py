"""Statuses: which moves an incident's life allows."""

from store.types import Status

MOVES: dict[Status, tuple[Status, ...]] = {
    Status.INVESTIGATING: (Status.IDENTIFIED, Status.MONITORING, Status.RESOLVED),
    Status.IDENTIFIED: (Status.INVESTIGATING, Status.MONITORING, Status.RESOLVED),
    Status.MONITORING: (Status.INVESTIGATING, Status.IDENTIFIED, Status.RESOLVED),
    Status.RESOLVED: (Status.INVESTIGATING, Status.CLOSED),
    Status.CLOSED: (Status.INVESTIGATING,),
}


def why_not(before: Status, after: Status) -> str | None:
    """Return why an incident cannot move from one status to another, written for a person, or None when it can."""
    if after in MOVES[before]:
        return None
    if before is after:
        return f"It is {before} already."
    if after is Status.CLOSED:
        return "It is not resolved yet. Resolve it first: /incident resolve what fixed it"
    return f"It is {before}. Open it again first: /incident reopen"
