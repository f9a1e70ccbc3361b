"""The manifest installs the app that the code is: its events, shortcuts and command, and no scope too many."""

import re

from bot.practice.api.table import METHODS
from bot.slack.events.table import EVENTS, SHORTCUTS
from tests.manifest import event_types, manifest, scopes
from tests.shared import REPOSITORY

HEARD = {  # what an event asks for, beyond what the methods do: https://docs.slack.dev/reference/events
    "reaction_added": "reactions:read",
    "pin_added": "pins:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "email in a profile": "users:read.email",
}


def methods_called() -> set[str]:
    """Return the Web API methods that the Slack door names in its source."""
    sources = (REPOSITORY / "bot" / "slack").rglob("*.py")
    text = "\n".join(source.read_text(encoding="utf-8") for source in sources)
    return {name for name in re.findall(r'"([a-z]+\.[a-zA-Z.]+)"', text) if name in METHODS}


def test_every_event_and_shortcut_has_its_follower_and_every_follower_its_event() -> None:
    assert event_types() == set(EVENTS)
    assert {shortcut["callback_id"] for shortcut in manifest()["features"]["shortcuts"]} == set(SHORTCUTS)


def test_every_scope_is_needed_and_none_is_missing() -> None:
    called = methods_called()
    assert {"conversations.create", "chat.postMessage", "views.publish"} <= called
    needed = {scope for method in called for scope in METHODS[method].scopes}
    assert scopes() <= needed | set(HEARD.values()) | {"commands"}
    assert all(scopes() & set(METHODS[method].scopes) for method in called if METHODS[method].scopes)
    assert set(HEARD.values()) <= scopes()


def test_the_one_command_gets_people_and_channels_as_ids() -> None:
    [command] = manifest()["features"]["slash_commands"]
    assert command["command"] == "/incident"
    assert command["should_escape"] is True


def test_it_installs_without_a_public_address() -> None:
    assert manifest()["settings"]["socket_mode_enabled"] is True
    assert "url" not in manifest()["features"]["slash_commands"][0]
