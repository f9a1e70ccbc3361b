"""Know a workspace: where its messages are read, so that a timeline entry links to the message it came from."""

from bot.flows.tx import Tx
from store.workspaces import home_workspace, set_url


def know_workspace(tx: Tx, team: str, url: str) -> None:
    """Remember where the workspace of *team* is read in a browser."""
    set_url(tx.db, home_workspace(tx.db, team), url)
