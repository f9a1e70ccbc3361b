"""Install the app in a workspace: its token is sealed, and what waits for that workspace can go out."""

from dataclasses import dataclass
from datetime import timedelta

from bot.core.secrets import Version
from bot.errors import Refused
from bot.flows.keep_secret import rotate_secret, valid_secrets
from bot.flows.tx import Tx
from store.installations import Installation, all_installations, put_installation, remove_installation
from store.requests import first_time
from store.workspaces import home_workspace, set_url

GONE = "removed"  # takes the place of a token that Slack no longer takes


@dataclass(frozen=True, slots=True)
class Installed:
    """The app in one workspace, with the token that it has there."""

    team: str
    workspace_id: int
    bot_user: str
    token: Version


def spend_state(tx: Tx, state: str) -> None:
    """Let a state serve once."""
    if not first_time(tx.db, f"slack install {state}", tx.now):
        raise Refused("This installation was finished already. Begin a new one: /slack/install")


def install(tx: Tx, team: str, bot_user: str, token: str, url: str) -> None:
    """Remember where the app was installed and its token there, sealed. Installing again mends what was removed."""
    workspace_id = home_workspace(tx.db, team)
    set_url(tx.db, workspace_id, url)
    _keep(tx, team, token)
    put_installation(
        tx.db,
        Installation(team_id=team, workspace_id=workspace_id, bot_user=bot_user, installed_at=tx.now),
    )
    tx.promised = True


def uninstall(tx: Tx, team: str) -> bool:
    """Remember that the app was thrown out of a workspace, and forget its token. What is promised there rests."""
    removed = remove_installation(tx.db, team, tx.now)
    if removed:
        _keep(tx, team, GONE)
    return removed


def installed(tx: Tx) -> list[Installed]:
    """Return where the app is installed now."""
    return [
        Installed(one.team_id, one.workspace_id, one.bot_user, valid_secrets(tx, _secret(one.team_id))[0])
        for one in all_installations(tx.db)
        if one.removed_at is None
    ]


def _keep(tx: Tx, team: str, token: str) -> None:
    if token not in (version.text for version in valid_secrets(tx, _secret(team))):
        rotate_secret(tx, _secret(team), token, timedelta())


def _secret(team: str) -> str:
    return f"SLACK_BOT_TOKEN of {team}"
