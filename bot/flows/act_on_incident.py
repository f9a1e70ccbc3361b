"""Do in an incident what somebody filled in on its page, through the flows that the commands go through."""

from collections.abc import Callable, Mapping

from bot.core.roles import role_named
from bot.errors import Refused
from bot.flows.add_action import add_action
from bot.flows.change_status import change_severity, change_status
from bot.flows.take_note import state_impact, take_note
from bot.flows.take_role import give_role
from bot.flows.tx import Repeated, Request, Tx
from store.types import Priority, Severity, Status

Fields = Mapping[str, str]


def act_on_incident(tx: Tx, request: Request, key: str, fields: Fields) -> int | None:
    """Do what the field "act" names: note or impact with a "text", status, severity or role with one.

    Return the number of the entry to look at, if there is one. What was asked for before is done already.
    """
    act = _ACTS.get(fields.get("act", ""))
    if act is None:
        raise Refused(f"There is no such thing to do. There are: {', '.join(_ACTS)}.")
    try:
        return act(tx, request, key, fields)
    except Repeated:
        return None


def add_item(tx: Tx, request: Request, key: str, fields: Fields) -> None:
    """Add an action item with a "title" and a "priority"."""
    try:
        priority = Priority(fields.get("priority") or Priority.P2)
    except ValueError:
        raise Refused("Choose a priority from p0 to p3.") from None
    if not fields.get("title"):
        raise Refused("Say what is to be done, such as: alert on a full queue.")
    try:
        add_action(tx, request, fields["title"], priority=priority, key=key)
    except Repeated:
        return


def _note(tx: Tx, request: Request, key: str, fields: Fields) -> int:
    if not fields.get("text"):
        raise Refused("Write what happened, such as: error rate is 48 %.")
    return take_note(tx, request, fields["text"], key)[1]


def _impact(tx: Tx, request: Request, key: str, fields: Fields) -> None:
    if not fields.get("text"):
        raise Refused("Say whom it hurts and how, such as: card payments fail for EU customers.")
    state_impact(tx, request, fields["text"], key)


def _status(tx: Tx, request: Request, key: str, fields: Fields) -> None:
    try:
        status = Status(fields.get("status", ""))
    except ValueError:
        raise Refused(f"Choose a status: {', '.join(Status)}.") from None
    change_status(tx, request, status, fields.get("text"), key)


def _severity(tx: Tx, request: Request, key: str, fields: Fields) -> None:
    try:
        severity = Severity(fields.get("severity", ""))
    except ValueError:
        raise Refused(f"Choose a severity: {', '.join(Severity)}.") from None
    change_severity(tx, request, severity, key)


def _role(tx: Tx, request: Request, key: str, fields: Fields) -> None:
    role = role_named(fields.get("role", ""))
    if role is None:
        raise Refused("A role is one word, such as comms or scribe.")
    give_role(tx, request, role, key=key)


_ACTS: Mapping[str, Callable[[Tx, Request, str, Fields], int | None]] = {
    "note": _note,
    "impact": _impact,
    "status": _status,
    "severity": _severity,
    "role": _role,
}
