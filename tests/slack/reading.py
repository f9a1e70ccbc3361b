"""Reading what Slack shows: the words of a message with all its blocks, and what somebody was answered last."""

from typing import Any

from tests.world import World


def words(message: dict[str, Any]) -> str:
    """Return everything a message or a view shows, a line for each text, as mrkdwn."""
    return "\n".join(_texts(message.get("blocks") or [])) or str(message.get("text", ""))


def last(world: World, user: str) -> str:
    """Return what the newest private message to *user* shows."""
    return words(world.slack.ephemeral(user)[-1])


def message(world: World, channel: str, start: str) -> dict[str, Any]:
    """Return the newest message of ours in a channel in which *start* can be read; what Slack narrates is left out."""
    ours = (each for each in reversed(world.slack.messages(channel)) if each.get("blocks") or each.get("files"))
    return next(each for each in ours if start in words(each))


def _texts(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["text"]] if isinstance(part.get("text"), str) and "type" in part else []
        return own + [text for key, value in part.items() if not isinstance(value, str) for text in _texts(value)]
    return [text for each in part for text in _texts(each)] if isinstance(part, list) else []
