"""Ids such as Slack gives."""

import secrets
import string

ALPHABET = string.ascii_uppercase + string.digits


def new_id(prefix: str) -> str:
    """A random id, so that an app which remembers an earlier workspace never mistakes this one for it."""
    return prefix + "0" + "".join(secrets.choice(ALPHABET) for _ in range(9))
