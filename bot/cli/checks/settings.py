"""Every setting: its value, and whether it was set."""

from collections.abc import Iterator
from dataclasses import fields

from bot.cli.checks.finding import Finding, note, ok
from bot.log import masked
from bot.secret import Secret
from bot.settings import VARIABLES, Settings

_DEFAULTS = {field.name: field.default for field in fields(Settings)}


def check(settings: Settings) -> Iterator[Finding]:
    """Show every setting; a secret says only whether it is set, and where it is read."""
    for variable, name in VARIABLES.items():
        value = getattr(settings, name)
        if isinstance(value, Secret):
            yield _secret(variable, value)
        elif name == "keyring" and value.lstrip().startswith("{"):
            yield ok(variable, "set, in the environment itself")
        else:
            where = " (default)" if value == _DEFAULTS[name] else ""
            yield ok(variable, f"{masked(str(value)) if value not in (None, '') else 'not set'}{where}")


def _secret(variable: str, secret: Secret) -> Finding:
    if secret.path:
        return ok(variable, f"set, read from {secret.path}")
    return ok(variable, "set") if secret else note(variable, "not set")
