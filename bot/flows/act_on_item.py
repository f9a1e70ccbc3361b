"""Do with an action item what somebody filled in: settle it, give it away, or change its day and priority."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date

from bot.core.named import called
from bot.errors import Refused
from bot.flows.add_action import settle_action
from bot.flows.asked import asker
from bot.flows.change_action import change_action
from bot.flows.file_ticket import file_again
from bot.flows.give_action import give_action
from bot.flows.meet import names_of_all
from bot.flows.recover import retry_effect
from bot.flows.tx import Repeated, Request, Tx
from store.dead_letters import Selection, dead_letters
from store.incidents import incidents_by_id
from store.people import active_people, find_person, people
from store.types import ActionState, Priority

Fields = Mapping[str, str]
MOST = 1000  # tickets that Jira refused


def act_on_item(tx: Tx, request: Request, key: str, number: int, fields: Fields) -> None:
    """Do what the field "act" names: done, open, decline with a "reason", give to an "owner", change "due_on" or
    "priority", or file its ticket again."""
    act = _ACTS.get(fields.get("act", ""))
    if act is None:
        raise Refused(f"There is no such thing to do. There are: {', '.join(_ACTS)}.")
    with suppress(Repeated):  # The same form was sent twice.
        act(tx, request, key, number, fields)


def _done(tx: Tx, request: Request, key: str, number: int, fields: Fields) -> None:
    settle_action(tx, request, number, ActionState.DONE, fields.get("reason"), key)


def _open(tx: Tx, request: Request, key: str, number: int, fields: Fields) -> None:
    settle_action(tx, request, number, ActionState.OPEN, fields.get("reason"), key)


def _decline(tx: Tx, request: Request, key: str, number: int, fields: Fields) -> None:
    settle_action(tx, request, number, ActionState.DECLINED, fields.get("reason"), key)


def _give(tx: Tx, request: Request, key: str, number: int, fields: Fields) -> None:
    give_action(tx, request, number, _account(tx, request, fields.get("owner", "")), key)


def _change(tx: Tx, request: Request, key: str, number: int, fields: Fields) -> None:
    try:
        due_on = date.fromisoformat(fields["due_on"]) if fields.get("due_on") else None
        priority = Priority(fields["priority"]) if fields.get("priority") else None
    except ValueError:
        raise Refused("Write a day such as 2026-03-31, and a priority from p0 to p3.") from None
    change_action(tx, request, number, due_on=due_on, priority=priority, key=key)


def _file(tx: Tx, request: Request, key: str, number: int, fields: Fields) -> None:  # noqa: ARG001 - as the others
    """Try again what Jira refused, or file anew what is gone from there."""
    workspace_id, _ = asker(tx, request)
    found = dead_letters(tx.db, Selection(kind="jira.ticket", workspace_id=workspace_id), MOST)
    incidents = incidents_by_id(tx.db, {effect.incident_id or 0 for effect in found})
    for effect in found:
        incident = incidents.get(effect.incident_id or 0)
        if incident and incident.key == key and effect.args["number"] == number:
            retry_effect(tx, request, effect.id or 0)
            return
    file_again(tx, request, number, key)


def _account(tx: Tx, request: Request, typed: str) -> str:
    """Return the account of whom somebody means: by account, by name, or themselves as "me"."""
    workspace_id, _ = asker(tx, request)
    if typed == "me":
        return request.account
    named = accounts_called(tx, workspace_id, typed)
    if len(named) == 1:
        return named[0]
    if named:
        raise Refused(f"{len(named)} people are called {typed}. Choose one of the list.")
    raise Refused("Name somebody who is in Slack here: choose from the list, or write their Slack user id.")


def accounts_called(tx: Tx, workspace_id: int, typed: str) -> list[str]:
    """Return the accounts of those whom somebody may mean: by account, or by the name that pages show."""
    if find_person(tx.db, workspace_id, typed) is not None:
        return [typed]
    known = people(tx.db, active_people(tx.db, workspace_id))
    names = names_of_all(tx, known)
    return [w.account for w in known if called([w.account, *names[w.ref]]).casefold() == typed.casefold()]


_ACTS: Mapping[str, Callable[[Tx, Request, str, int, Fields], None]] = {
    "done": _done,
    "open": _open,
    "decline": _decline,
    "give": _give,
    "change": _change,
    "file": _file,
}
