"""Slack: the tokens work, the scopes suffice, the announce channel is there, and the clocks agree."""

import asyncio
from collections.abc import Iterator
from contextlib import closing, suppress

from bot.cli.checks.database import is_absent
from bot.cli.checks.finding import Finding, note, ok, wrong
from bot.cli.checks.secrets import vault_in_force
from bot.settings import Settings
from bot.slack.checkup import Checkup, examine
from bot.wiring import SystemClock
from store.db import FAULTS, Database
from store.installations import all_installations

ABOUT = "Slack"
LARGEST_SKEW = 60  # seconds; Slack refuses signatures 300 s old


def check(settings: Settings) -> Iterator[Finding]:
    """Ask Slack who we are and what we may do."""
    if settings.is_installable:
        yield from _installations(settings)
        return
    if not settings.slack_bot_token:
        yield note(ABOUT, "not connected: incidents live at the shell", "SLACK_BOT_TOKEN=xoxb-… firstfive doctor")
        return
    seen = asyncio.run(examine(settings, vault_in_force(settings), SystemClock()))
    if seen.error:
        yield wrong(
            ABOUT, f"{settings.slack_api_url} (SLACK_API_URL) refuses SLACK_BOT_TOKEN: {seen.error}", _mend(seen)
        )
        return
    yield ok(ABOUT, f"{settings.slack_api_url} knows us as {seen.name} in {seen.team}")
    yield from _rights(seen)
    yield from _channel(seen, settings.announce_channel)
    yield from _clock(seen)


def _installations(settings: Settings) -> Iterator[Finding]:
    """Say where the app is installed, and where it was thrown out."""
    if is_absent(settings.database_url):
        return
    with suppress(*FAULTS), closing(Database(settings.database_url)) as database, database.read() as db:
        found = all_installations(db)
        if not found:
            yield note(ABOUT, "installed in no workspace yet", f"open {settings.public_url}/slack/install")
        for one in found:
            if one.removed_at is None:
                yield ok(ABOUT, f"installed in {one.team_id}")
            else:
                gone = f"thrown out of {one.team_id} on {one.removed_at:%Y-%m-%d}; what is promised there rests"
                yield note(ABOUT, gone, f"open {settings.public_url}/slack/install")


def _mend(seen: Checkup) -> str:
    if seen.error in ("invalid_auth", "not_authed", "account_inactive", "token_revoked"):
        return "SLACK_BOT_TOKEN=xoxb-… firstfive doctor, with the token of your app's page in Slack"
    return "firstfive doctor, once Slack can be reached from here"


def _rights(seen: Checkup) -> Iterator[Finding]:
    if seen.missing_scopes:
        yield wrong(
            ABOUT,
            f"the app lacks the scopes {', '.join(seen.missing_scopes)}: add them on its page and install it again",
            "firstfive doctor",
        )
    if seen.app_error:
        yield wrong(
            ABOUT, f"Socket Mode refuses SLACK_APP_TOKEN: {seen.app_error}", "SLACK_APP_TOKEN=xapp-… firstfive doctor"
        )


def _channel(seen: Checkup, name: str) -> Iterator[Finding]:
    if seen.announce_error:
        yield wrong(
            ABOUT,
            f"#{name} (FIRSTFIVE_ANNOUNCE_CHANNEL) cannot take announcements: {seen.announce_error}",
            "FIRSTFIVE_ANNOUNCE_CHANNEL=incidents firstfive doctor, or create the channel in Slack",
        )
    else:
        yield ok(ABOUT, f"#{name} takes announcements")


def _clock(seen: Checkup) -> Iterator[Finding]:
    if seen.skew_s is None:
        yield note(ABOUT, "Slack sent no date to compare clocks with")
    elif abs(seen.skew_s) > LARGEST_SKEW:
        said = f"this machine's clock is {seen.skew_s:+.0f} s from Slack's; signatures fail at 300 s"
        yield wrong(ABOUT, said, "timedatectl set-ntp true")
    else:
        yield ok(ABOUT, f"this machine's clock is {seen.skew_s:+.0f} s from Slack's")
