"""Events as partners see them: which they want, and the payload of each."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from store.types import EventType

DELAYS = tuple(timedelta(seconds=pause) for pause in (60, 300, 900, 3600, 7200, 14400, 28800))
WARNED_AFTER = timedelta(hours=96)  # of nothing but failures
DISABLED_AFTER = timedelta(hours=120)
RATE = 20.0  # deliveries a second to one endpoint, unless it asks for less or more

GROUPS = tuple(dict.fromkeys(type.partition(".")[0] for type in EventType if type is not EventType.PING))
CHOICES = (*GROUPS, *(str(type) for type in EventType if type is not EventType.PING))


def wants(chosen: Sequence[str], type: EventType) -> bool:
    """Whether an endpoint that chose types, or groups of them, hears of this one. Without a choice it hears all."""
    return not chosen or type in chosen or type.partition(".")[0] in chosen


def payload(
    type: EventType, occurred_at: datetime, sequence: int, change: Mapping[str, Any], incident: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Return the body of an event, as Standard Webhooks lays one out. *incident* is what may be told of it."""
    data: dict[str, Any] = {"change": dict(change)}
    if incident is not None:
        data = {"sequence": sequence, **data, "incident": dict(incident)}
    return {"type": str(type), "timestamp": occurred_at.isoformat().replace("+00:00", "Z"), "data": data}


def asked_pause(asked: timedelta | None, step: timedelta) -> timedelta | None:
    """Return the wait that a receiver asked for with Retry-After, held between one and two steps of its schedule."""
    return None if asked is None else max(step, min(asked, 2 * step))
