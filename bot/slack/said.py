"""Reading a message as Slack describes it: whose it is, what it says, and what a title of it would be."""

from datetime import UTC, datetime
from typing import Any

from bot.core.said import Said, slack_source
from bot.core.wording import shortened
from bot.flows.open_incident import LONGEST_TITLE
from bot.slack.mrkdwn import incoming, unmentioned


def said(channel: str, message: dict[str, Any]) -> Said:
    """Return a message as it may stand on a timeline, with its own time."""
    at = datetime.fromtimestamp(float(message["ts"]), UTC)
    return Said(slack_source(channel, message["ts"]), author(message), words(message), at)


def author(message: dict[str, Any]) -> str:
    """Return the account of whoever wrote it. An app without a user of its own is known by its name alone."""
    named = message.get("username") or (message.get("bot_profile") or {}).get("name") or "app"
    return str(message.get("user") or f"app:{named}")


def words(message: dict[str, Any]) -> str:
    """Return what a message says, then its files by name and address. Apps often write into attachments only."""
    attached = (one.get("fallback") or one.get("text") or "" for one in message.get("attachments") or [])
    text = incoming(message.get("text") or "\n".join(attached)).strip()
    return "\n".join([*([text] if text else []), *(_file(file) for file in message.get("files") or [])])


def title_of(text: str) -> str:
    """Return the first line of a message as a title."""
    line = unmentioned(text).strip().partition("\n")[0]
    return shortened(" ".join(line.split()), LONGEST_TITLE) or "Follow up on a message"


def _file(file: dict[str, Any]) -> str:
    name, link = file.get("title") or file.get("name") or "a file", file.get("permalink")
    return f"[file] {name} {link}" if link else f"[file] {name}"
