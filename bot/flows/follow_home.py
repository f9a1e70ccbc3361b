"""Follow people to the app's Home: promise to show it to them as it is then."""

from bot.flows.asked import asker, once
from bot.flows.promise import promise
from bot.flows.tx import Request, Tx


def open_home(tx: Tx, request: Request) -> None:
    """Promise a person their Home because they opened it."""
    once(tx, request)
    refresh_home(tx, request)


def refresh_home(tx: Tx, request: Request) -> None:
    """Promise a person their Home anew, because they pressed something there."""
    workspace_id, who = asker(tx, request)
    merge_key = f"slack.home:{who}"
    promise(tx, "slack.home", workspace_id=workspace_id, args={"person": who}, merge_key=merge_key)
