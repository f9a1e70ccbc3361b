"""Changes of GitHub: deployments, releases, pushes to the default branch, and workflow runs that deploy.

https://docs.github.com/en/webhooks/webhook-events-and-payloads
"""

import re
from typing import Any

from bot.core.changes import Change, ChangeKind
from bot.core.intake import Malformed
from bot.core.payload import address, json_object, listed, moment, said, within
from bot.core.wording import shortened

DEPLOYS = re.compile(r"deploy|release|roll ?out|publish|promote|ship", re.IGNORECASE)  # names of workflows
HEADLINE = 120  # characters of a commit's first line


def parse(body: bytes) -> list[Change]:
    """Read an event, or raise Malformed. What changes nothing that runs, such as a ping or an issue, is no change."""
    event = json_object(body)
    if not isinstance(event.get("repository") or event.get("zen"), dict | str):
        raise Malformed('"repository" says where it happened')
    for part, read in (("deployment_status", _deployed), ("workflow_run", _ran), ("release", _released)):
        if isinstance(event.get(part), dict):
            return read(event, event[part])
    return _pushed(event) if isinstance(event.get("commits"), list) else []


def _deployed(event: dict[str, Any], status: dict[str, Any]) -> list[Change]:
    state = said(status, "state")
    if state not in ("success", "failure", "error"):
        return []
    what = said(event, "deployment", "ref") or said(event, "deployment", "sha")[:7]
    where = said(status, "environment") or said(event, "deployment", "environment")
    told = f"{what} to {where}" + ("" if state == "success" else " failed")
    url = address(status, "environment_url") or address(status, "target_url") or address(status, "log_url")
    return [_change(event, ChangeKind.DEPLOY, told, moment(status, "updated_at"), url)]


def _ran(event: dict[str, Any], run: dict[str, Any]) -> list[Change]:
    ended = said(run, "conclusion")
    if said(event, "action") != "completed" or ended not in ("success", "failure"):
        return []
    if not DEPLOYS.search(said(run, "name")):
        return []
    told = f"{said(run, 'name')} of {said(run, 'head_branch')}" + ("" if ended == "success" else " failed")
    return [_change(event, ChangeKind.DEPLOY, told, moment(run, "updated_at"), address(run, "html_url"))]


def _released(event: dict[str, Any], release: dict[str, Any]) -> list[Change]:
    if said(event, "action") != "published":
        return []
    told = f"release {said(release, 'name') or said(release, 'tag_name')}"
    return [_change(event, ChangeKind.OTHER, told, moment(release, "published_at"), address(release, "html_url"))]


def _pushed(event: dict[str, Any]) -> list[Change]:
    branch = said(event, "repository", "default_branch")
    if said(event, "ref") != f"refs/heads/{branch}" or within(event, "deleted") is True:
        return []
    count = len(listed(event, "commits"))
    first = (within(event, "head_commit", "message") or "") if isinstance(within(event, "head_commit"), dict) else ""
    headline = shortened(str(first).partition("\n")[0], HEADLINE)
    told = f"{count} {'commit' if count == 1 else 'commits'} to {branch}" + (f": {headline}" if headline else "")
    at = moment(event, "head_commit", "timestamp")
    return [_change(event, ChangeKind.OTHER, told, at, address(event, "compare"))]


def _change(event: dict[str, Any], kind: ChangeKind, what: str, at: Any, url: str) -> Change:
    by = said(event, "deployment", "creator", "login") or said(event, "sender", "login")
    return Change(kind, what, at, said(event, "repository", "name"), by, url)
