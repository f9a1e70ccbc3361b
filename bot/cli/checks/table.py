"""Every check, in the order in which a person would look."""

from collections.abc import Callable, Iterator

from bot.cli.checks import assets, database, jira, keyring, machine, outside, secrets, settings, slack
from bot.cli.checks.finding import Finding
from bot.settings import Settings

Check = Callable[[Settings], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    settings.check,
    database.check,
    keyring.check,
    secrets.check,
    slack.check,
    jira.check,
    outside.check,
    assets.check,
    machine.check,
)


def findings(settings: Settings) -> list[Finding]:
    """Return what every check finds."""
    return [finding for check in CHECKS for finding in check(settings)]
