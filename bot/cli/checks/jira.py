"""Jira: the address and the token work, the account may do what it must, and the project can hold tickets."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

from bot.cli.checks.finding import Finding, note, ok, wrong
from bot.cli.checks.secrets import kept_versions, vault_in_force
from bot.jira.checkup import Checkup, OfType, examine
from bot.jira.project import Project
from bot.secret import JIRA_TOKEN
from bot.settings import Settings
from bot.wiring import SystemClock, jira_api

ABOUT = "Jira"
AGAIN = "firstfive doctor jira"
LIFE = timedelta(days=365)  # a Cloud's tokens live no longer, and nobody can ask a Cloud for how long
SOON = timedelta(days=30)


def check(settings: Settings) -> Iterator[Finding]:
    """Ask Jira who we are, what we may do there, and what the project has."""
    if not settings.has_jira:
        said = "not connected: action items wait here for their tickets"
        yield note(ABOUT, said, "JIRA_URL=https://… JIRA_PROJECT=OPS JIRA_API_TOKEN=… firstfive doctor jira")
        return
    seen = asyncio.run(_examine(settings))
    if seen.error:
        yield wrong(ABOUT, f"{settings.jira_url} (JIRA_URL): {seen.error}", f"{AGAIN}, once it is mended")
        return
    yield ok(ABOUT, f"{settings.jira_url} knows us as {seen.account}")
    yield from _token(settings)
    yield _coming_back(settings)
    yield from _rights(seen, settings.jira_project)
    if seen.project_error:
        said = f"{settings.jira_project} (JIRA_PROJECT): {seen.project_error}"
        yield wrong(ABOUT, said, f"name one under [jira] in firstfive.toml, or make it in Jira, then {AGAIN}")
    for each in seen.types:
        yield from _type(each, settings.jira_project)


async def _examine(settings: Settings) -> Checkup:
    api = jira_api(settings, vault_in_force(settings), SystemClock())
    project = Project(api, settings.jira_project, settings.naming)
    try:
        return await examine(api, project)
    finally:
        await project.close()
        api.close()


def _token(settings: Settings) -> Iterator[Finding]:
    """A Cloud does not say when a token ends; since when we have it says until when it can last."""
    now = SystemClock().now()
    held = [one for one in kept_versions(settings) if one.name == JIRA_TOKEN and one.is_valid(now)]
    if not settings.jira_email or not held:
        return
    left = held[0].made_at + LIFE - now
    last = (held[0].made_at + LIFE).date()
    said = (
        f"the token is in use since {held[0].made_at.date()}, and no token of a Cloud outlives a year: {last} at most"
    )
    if left < SOON:
        yield wrong(
            JIRA_TOKEN, said, f"firstfive secrets rotate {JIRA_TOKEN}, with a new one of your Atlassian account"
        )
    else:
        yield ok(JIRA_TOKEN, said)


def _coming_back(settings: Settings) -> Finding:
    """What is changed in Jira comes back in any case; a webhook makes it sooner."""
    every = f"read every {settings.jira_every.total_seconds():.0f} seconds (JIRA_POLL_SECONDS)"
    if settings.jira_webhook_secret:
        return ok(
            ABOUT, f"what is changed there comes by webhook to {settings.public_url}/jira/webhook, and is {every}"
        )
    todo = f"a webhook in Jira to {settings.public_url}/jira/webhook, with JIRA_WEBHOOK_SECRET, brings it at once"
    return note(ABOUT, f"what is changed there is {every}", todo)


def _rights(seen: Checkup, project: str) -> Iterator[Finding]:
    if "BROWSE_PROJECTS" in seen.missing:
        said = f"{seen.account} may not browse {project}: it would not find its own tickets, and file them twice"
        yield wrong(ABOUT, said, f"add it to a role of {project} that may browse, then {AGAIN}")
    rest = [right for right in seen.missing if right != "BROWSE_PROJECTS"]
    if rest:
        said = f"{seen.account} lacks {', '.join(rest)} in {project}"
        yield wrong(ABOUT, said, f"grant them in the permission scheme of {project}, then {AGAIN}")
    if not seen.missing:
        yield ok(ABOUT, f"{seen.account} may browse, create, edit, transition and assign in {project}")


def _type(seen: OfType, project: str) -> Iterator[Finding]:
    about = f"{project} {seen.name}"
    if seen.demanded:
        said = f"demands fields that we do not know: {', '.join(seen.demanded)}"
        yield wrong(
            about, said, f"give them a value under [jira.fields] in firstfive.toml, or make them optional, then {AGAIN}"
        )
    if "labels" in seen.absent:
        said = "has no labels on its create screen: a ticket whose answer is lost could not be found"
        yield wrong(about, said, f"add the field Labels to the screen, then {AGAIN}")
    absent = [name for name in seen.absent if name != "labels"]
    if absent:
        yield note(about, f"has not on its create screen, so it is left out: {', '.join(absent)}")
    for ours, name, instead in seen.renamed:
        said = f"has no priority {name!r}; {ours.upper()} becomes {instead!r} by rank"
        yield note(about, said, f'[jira.priorities] {ours} = "{instead}" in firstfive.toml, if it is meant so')
    if not seen.demanded and "labels" not in seen.absent:
        yield ok(about, "can hold our tickets")
