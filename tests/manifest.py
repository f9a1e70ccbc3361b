"""The app's manifest as the tests read it: what the bot may do, and what it hears of."""

from functools import cache
from typing import Any

import yaml

from tests.shared import REPOSITORY

PATH = REPOSITORY / "manifest.yaml"


@cache
def manifest() -> dict[str, Any]:
    """Return the manifest."""
    read: dict[str, Any] = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    return read


def scopes() -> set[str]:
    """Return the scopes that it asks for."""
    return set(manifest()["oauth_config"]["scopes"]["bot"])


def event_types() -> set[str]:
    """Return the types of event that it subscribes to; message.channels and message.groups are both "message"."""
    events = manifest()["settings"]["event_subscriptions"]["bot_events"]
    return {event.removesuffix(".channels").removesuffix(".groups") for event in events}
