"""Changes of GitLab: deployments, pipelines and pushes of the default branch, and new tags.

https://docs.gitlab.com/user/project/integrations/webhook_events/
"""

from typing import Any

from bot.core.changes import Change, ChangeKind
from bot.core.intake import Malformed
from bot.core.payload import address, json_object, listed, moment, said
from bot.core.wording import shortened

HEADLINE = 120  # characters of a commit's first line
ENDED = ("success", "failed")


def parse(body: bytes) -> list[Change]:
    """Read an event, or raise Malformed. What changes nothing that runs, such as a comment, is no change."""
    event = json_object(body)
    kind = said(event, "object_kind")
    if not kind:
        raise Malformed('"object_kind" says what happened')
    read = _READ.get(kind)
    return read(event) if read else []


def _deployed(event: dict[str, Any]) -> list[Change]:
    status = said(event, "status")
    if status not in ENDED:
        return []
    told = f"{said(event, 'ref') or said(event, 'short_sha')} to {said(event, 'environment')}"
    by = said(event, "user", "username") or said(event, "user", "name")
    url = address(event, "deployable_url")
    at = moment(event, "status_changed_at")
    return [Change(ChangeKind.DEPLOY, told + _failed(status), at, said(event, "project", "name"), by, url)]


def _ran(event: dict[str, Any]) -> list[Change]:
    status, branch = said(event, "object_attributes", "status"), said(event, "object_attributes", "ref")
    if status not in ENDED or branch != said(event, "project", "default_branch"):
        return []
    name = said(event, "object_attributes", "name") or f"pipeline {said(event, 'object_attributes', 'id')}"
    at, by = moment(event, "object_attributes", "finished_at"), said(event, "user", "username")
    url = address(event, "object_attributes", "url")
    told = f"{name} of {branch}{_failed(status)}"
    return [Change(ChangeKind.OTHER, told, at, said(event, "project", "name"), by, url)]


def _pushed(event: dict[str, Any]) -> list[Change]:
    branch = said(event, "project", "default_branch")
    commits = listed(event, "commits")
    if said(event, "ref") != f"refs/heads/{branch}" or not commits:
        return []
    count = said(event, "total_commits_count") or str(len(commits))
    headline = shortened(
        said(commits, len(commits) - 1, "title") or said(commits, len(commits) - 1, "message"), HEADLINE
    )
    told = f"{count} {'commit' if count == '1' else 'commits'} to {branch}: {headline}"
    at, by = moment(commits, len(commits) - 1, "timestamp"), said(event, "user_username")
    url = address(commits, len(commits) - 1, "url")
    return [Change(ChangeKind.OTHER, told, at, said(event, "project", "name"), by, url)]


def _tagged(event: dict[str, Any]) -> list[Change]:
    if not said(event, "checkout_sha"):  # the tag was taken away
        return []
    told = f"tag {said(event, 'ref').removeprefix('refs/tags/')}"
    service, by = said(event, "project", "name"), said(event, "user_username")
    return [Change(ChangeKind.OTHER, told, None, service, by, address(event, "project", "web_url"))]


def _failed(status: str) -> str:
    return "" if status == "success" else " failed"


_READ = {"deployment": _deployed, "pipeline": _ran, "push": _pushed, "tag_push": _tagged}
