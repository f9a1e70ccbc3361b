"""The practice Jira over HTTP: the part of Jira's REST API that firstfive speaks, v3 and v2, and a page for each issue.

It is on loopback alone, takes any e-mail address with the right token, and can be told to fail.
"""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, Self

from aiohttp import BasicAuth, web

from bot.practice.cast import DEFAULT_CAST
from bot.practice.clock import Clock, real_clock
from bot.practice.tracker import PRIORITIES, STATUSES, Issue, Tracker, TrackerRefusal
from bot.practice.tracker_page import IssuePages

TOKEN = "practice-jira-token"  # noqa: S105 - it opens nothing but this loopback server
Kind = Literal["cut_before", "cut_after", "status", "hang"]
PAGE = 100  # issues in one answer, however many were asked for
Json = Any


@dataclass
class TrackerFault:
    """What goes wrong with the next *times* calls of *method* on paths that end in *path*.

    `cut_before` drops the connection and nothing has happened; `cut_after` drops it when everything has.
    """

    kind: Kind
    method: str = "POST"
    path: str = "/issue"
    times: int = 1
    status: int = 503
    headers: dict[str, str] | None = None


class PracticeJira:
    """A Jira on loopback. *fate* decides of each call, by (method, path), what goes wrong, beside what was ordered."""

    def __init__(self, clock: Clock | None = None, fate: Callable[[str, str], Kind | None] | None = None) -> None:
        people = {f"practice:{person.handle}": person.email for person in DEFAULT_CAST}
        self.tracker = Tracker(clock or real_clock, people=people)
        self.tokens = {TOKEN}
        self.permissions = {"BROWSE_PROJECTS", "CREATE_ISSUES", "EDIT_ISSUES", "TRANSITION_ISSUES", "ASSIGN_ISSUES"}
        self.down = False
        self.calls: list[tuple[str, str, Json]] = []
        self._fate = fate
        self._faults: list[TrackerFault] = []
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen at *port*, or at a free one."""
        application = web.Application()
        pages = IssuePages(self.tracker)
        application.router.add_get("/browse/{key}", pages.show)
        application.router.add_post("/browse/{key}", pages.change)
        application.router.add_route("*", r"/rest/api/{version:2|3}/{path:.+}", self._serve)
        self._runner = web.AppRunner(application, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        self.url = f"http://{host}:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    def order(self, fault: TrackerFault) -> None:
        """Let something go wrong."""
        self._faults.append(fault)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        path, body = "/" + request.match_info["path"], await _body_of(request)
        self.calls.append((request.method, path, body))
        if self.down:
            return web.Response(status=503, text="<h1>Down for maintenance</h1>")
        fault = self._take(request.method, path)
        kind = fault.kind if fault else self._fate and self._fate(request.method, path)
        if kind == "hang":
            await asyncio.sleep(60)
        if kind == "cut_before":
            return self._cut(request)
        if kind == "status" and fault is not None:
            return web.json_response({"errorMessages": []}, status=fault.status, headers=fault.headers)
        try:
            self._admit(request)
            status, answer = self._answer(request, path, body)
        except TrackerRefusal as refusal:
            status, answer = refusal.status, refusal.body
        if kind == "cut_after":
            return self._cut(request)
        return web.json_response(answer, status=status) if answer is not None else web.Response(status=status)

    def _take(self, method: str, path: str) -> TrackerFault | None:
        found = next((each for each in self._faults if each.method == method and path.endswith(each.path)), None)
        if found is not None:
            found.times -= 1
            self._faults = [each for each in self._faults if each.times > 0]
        return found

    def _cut(self, request: web.Request) -> web.StreamResponse:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    def _admit(self, request: web.Request) -> None:
        if _secret(request.headers.get("Authorization", "")) not in self.tokens:
            raise TrackerRefusal(401, "Client must be authenticated to access this resource.")

    def _answer(self, request: web.Request, path: str, body: Json) -> tuple[int, Json]:
        cloud, tracker, method = request.match_info["version"] == "3", self.tracker, request.method
        if (method, path) == ("POST", "/issue"):
            issue = tracker.create(body["fields"], cloud)
            return 201, {"id": issue.id, "key": issue.key, "self": f"{self.url}/rest/api/3/issue/{issue.id}"}
        if (method, path) == ("POST", "/search/jql" if cloud else "/search"):
            found = tracker.search(body["jql"]) if "BROWSE_PROJECTS" in self.permissions else []
            return 200, self._page(found, body, cloud)
        if (method, path) == ("POST", "/issue/bulkfetch") and cloud:
            there = [tracker.issues[each] for each in body["issueIdsOrKeys"] if each in tracker.issues]
            return 200, {"issues": [self._shown(issue) for issue in there], "issueErrors": []}
        if (method, path) == ("POST", "/issueLink"):
            tracker.link(body["inwardIssue"]["key"], body["outwardIssue"]["key"])
            return 201, None
        if path.startswith("/issue/createmeta/"):
            return 200, self._createmeta(path.split("/")[3:], cloud)
        if match := re.fullmatch(r"/issue/([^/]+)(?:/(\w+))?", path):
            return self._of_issue(method, tracker.find(match[1]), match[2], body, cloud)
        return 200, self._looked_up(request, path)

    def _page(self, found: list[Issue], body: Json, cloud: bool) -> Json:
        """Return one page of what was found: on a Cloud behind a token, on a Data Center from a number on."""
        start, most = int(body.get("nextPageToken", body.get("startAt", 0))), min(int(body["maxResults"]), PAGE)
        shown = [self._shown(issue) for issue in found[start : start + most]]
        if not cloud:
            return {"issues": shown, "total": len(found)}
        after = start + most
        return {"issues": shown} | ({"isLast": True} if after >= len(found) else {"nextPageToken": str(after)})

    def _of_issue(self, method: str, issue: Issue, part: str | None, body: Json, cloud: bool) -> tuple[int, Json]:
        if part == "editmeta":
            fields: dict[str, Json] = {name: {"name": name.title()} for name in self.tracker.screen}
            if "priority" in fields:
                fields["priority"]["allowedValues"] = [{"id": id_, "name": name} for id_, name in PRIORITIES.items()]
            return 200, {"fields": fields}
        if part == "transitions" and method == "GET":
            return 200, {"transitions": [{"id": id_, "to": _status(id_)} for id_ in STATUSES]}
        if part == "transitions":
            self.tracker.move(issue, body["transition"]["id"])
            return 204, None
        if part == "attachments":
            issue.attachments |= body
            return 200, [{"filename": name} for name in body]
        if part == "comment":
            issue.comments.append(body["body"])
            return 201, {"id": str(len(issue.comments))}
        if part == "assignee":
            self.tracker.change(issue, {"assignee": body}, cloud)
            return 204, None
        if method == "PUT":
            self.tracker.change(issue, body["fields"], cloud)
            return 204, None
        return 200, self._shown(issue)

    def _shown(self, issue: Issue) -> Json:
        links = [{"outwardIssue": {"id": other.id, "key": other.key}} for other in self.tracker.linked(issue)]
        times = {"created": _stamp(issue.created), "updated": _stamp(issue.updated)}
        fields = issue.fields | times | {"status": _status(issue.status), "issuelinks": links}
        fields["attachment"] = [{"filename": name} for name in issue.attachments]
        if who := issue.fields.get("assignee"):
            fields["assignee"] = who | {"emailAddress": self.tracker.people.get(who.get("accountId", who.get("name")))}
        return {"id": issue.id, "key": issue.key, "fields": fields}

    def _createmeta(self, parts: list[str], cloud: bool) -> Json:
        tracker = self.tracker
        if parts[0] != tracker.project:
            raise TrackerRefusal(404, f"No project could be found with key '{parts[0]}'.")
        if len(parts) == 2:
            listed: list[Json] = [
                {"id": id_, "name": name, "subtask": level < 0, "hierarchyLevel": level}
                for id_, (name, level) in tracker.types.items()
            ]
            name = "issueTypes"
        else:
            listed = [{"fieldId": id_, "name": id_.title(), "required": must} for id_, must in tracker.screen.items()]
            for one in listed:
                if one["fieldId"] == "priority":
                    one["allowedValues"] = [{"id": id_, "name": name} for id_, name in PRIORITIES.items()]
            name = "fields"
        return {name if cloud else "values": listed, "total": len(listed), "startAt": 0, "maxResults": 50}

    def _looked_up(self, request: web.Request, path: str) -> Json:
        if path == "/user/assignable/search":
            text = request.query.get("query", request.query.get("username", ""))
            people = self.tracker.people.items()
            return [{"accountId": id_, "name": id_, "emailAddress": mail} for id_, mail in people if text in mail]
        if path == "/myself":
            return {"accountId": "practice", "displayName": "firstfive", "emailAddress": "bot@practice.example"}
        if path == "/mypermissions":
            wanted = request.query["permissions"].split(",")
            return {"permissions": {name: {"havePermission": name in self.permissions} for name in wanted}}
        if path == "/serverInfo":
            return {"version": "1001.0.0", "deploymentType": "Cloud", "serverTitle": "Practice Jira"}
        raise TrackerRefusal(404, "There is nothing here.")


async def _body_of(request: web.Request) -> Json:
    """Return what was sent: JSON, or files by their names."""
    if not request.can_read_body:
        return None
    if not request.content_type.startswith("multipart/"):
        return await request.json()
    sent = (await request.post()).values()
    return {field.filename: field.file.read() for field in sent if isinstance(field, web.FileField)}


def _secret(given: str) -> str:
    """Return the token of an Authorization header, of a Cloud's kind or a Data Center's."""
    try:
        return str(BasicAuth.decode(given).password)
    except ValueError:
        return given.removeprefix("Bearer ")


def _status(id_: str) -> Json:
    name, category = STATUSES[id_]
    return {"id": id_, "name": name, "statusCategory": {"key": category}}


def _stamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000"
