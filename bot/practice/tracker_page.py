"""The practice Jira's page of an issue: what it holds, and a form to change it as somebody in Jira would."""

import html
from typing import Any

from aiohttp import web

from bot.practice.tracker import PRIORITIES, STATUSES, Issue, Tracker, TrackerRefusal

Json = Any


class IssuePages:
    """A page for each issue of a tracker."""

    def __init__(self, tracker: Tracker) -> None:
        self._tracker = tracker

    async def show(self, request: web.Request) -> web.Response:
        """Show an issue."""
        return web.Response(text=_page(self._tracker, self._found(request)), content_type="text/html")

    async def change(self, request: web.Request) -> web.Response:
        """Change what the form changes, show it again, and refuse as Jira does."""
        issue, given = self._found(request), await request.post()
        fields: dict[str, Json] = {"summary": str(given["summary"]), "duedate": str(given["duedate"]) or None}
        fields["priority"] = {"id": str(given["priority"])} if given["priority"] else None
        fields["assignee"] = {"accountId": str(given["assignee"])} if given["assignee"] else None
        try:
            self._tracker.change(
                issue, {name: value for name, value in fields.items() if value or name in issue.fields}
            )
            if str(given["status"]) != issue.status:
                self._tracker.move(issue, str(given["status"]))
        except TrackerRefusal as refusal:
            raise web.HTTPBadRequest(text=str(refusal.body)) from None
        raise web.HTTPSeeOther(request.path)

    def _found(self, request: web.Request) -> Issue:
        try:
            return self._tracker.find(request.match_info["key"])
        except TrackerRefusal:
            raise web.HTTPNotFound(text="There is no such issue.") from None


def _page(tracker: Tracker, issue: Issue) -> str:
    fields = issue.fields
    rows = {
        "Type": tracker.types[fields["issuetype"]["id"]][0],
        "Labels": ", ".join(fields.get("labels", [])),
        "Attached": ", ".join(issue.attachments),
        "Description": _plain(fields.get("description")),
    }
    told = "".join(f"<dt>{name}</dt><dd>{html.escape(value)}</dd>" for name, value in rows.items() if value)
    title = html.escape(f"{issue.key} {fields['summary']}")
    form = "".join(
        [
            _input("summary", fields["summary"]),
            _select("status", {id_: name for id_, (name, _) in STATUSES.items()}, issue.status),
            _select("priority", {"": "none"} | PRIORITIES, (fields.get("priority") or {}).get("id", "")),
            _select("assignee", {"": "nobody"} | tracker.people, (fields.get("assignee") or {}).get("accountId", "")),
            _input("duedate", fields.get("duedate") or "", "date"),
        ]
    )
    return (
        f'<!doctype html><html lang="en"><title>{title}</title><h1>{title}</h1><p>Practice Jira</p>'
        f'<form method="post">{form}<p><button>Change it</button></p></form><dl>{told}</dl>'
    )


def _input(name: str, value: str, kind: str = "text") -> str:
    return f'<p><label>{name} <input name="{name}" type="{kind}" size="60" value="{html.escape(value)}"></label></p>'


def _select(name: str, options: dict[str, str], chosen: str) -> str:
    listed = "".join(
        f'<option value="{html.escape(value)}"{" selected" if value == chosen else ""}>{html.escape(label)}</option>'
        for value, label in options.items()
    )
    return f'<p><label>{name} <select name="{name}">{listed}</select></label></p>'


def _plain(node: Json) -> str:
    """Return the words of a document, or wiki text as it stands."""
    if not isinstance(node, dict):
        return str(node or "")
    return str(node.get("text", "")) + " ".join(_plain(each) for each in node.get("content", []))
