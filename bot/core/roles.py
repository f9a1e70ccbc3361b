"""Roles: the names the field uses, the short words people type, and custom ones."""

import re

COMMANDER = "incident_commander"

ALIASES = {
    "ic": COMMANDER,
    "lead": COMMANDER,
    "commander": COMMANDER,
    "comms": "communications",
    "communication": "communications",
    "communications": "communications",
    "scribe": "scribe",
    "ops": "operations",
    "operations": "operations",
    COMMANDER: COMMANDER,
}

TITLES = {
    COMMANDER: "Commander",
    "communications": "Comms",
    "scribe": "Scribe",
    "operations": "Operations",
}

_CUSTOM = re.compile(r"[a-z][a-z0-9_-]{1,30}")


def role_named(word: str) -> str | None:
    """Return the role a person means; a word that is no known role is a custom one. None when it cannot be a name."""
    word = word.lower()
    return ALIASES.get(word) or (word if _CUSTOM.fullmatch(word) else None)


def role_title(role: str) -> str:
    """Return a role as it is shown on a card."""
    return TITLES.get(role) or role.replace("_", " ").replace("-", " ").capitalize()
