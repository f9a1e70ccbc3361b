"""A practice Jira: one project that remembers its issues, finds them late by search, and refuses what Jira refuses."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.practice.clock import Clock

Json = Any

PROJECT = "PRAC"
PRIORITIES = {"1": "Highest", "2": "High", "3": "Medium", "4": "Low", "5": "Lowest"}
TYPES = {"10000": ("Epic", 1), "10001": ("Task", 0), "10002": ("Bug", 0), "10003": ("Subtask", -1)}
STATUSES = {"1": ("To Do", "new"), "2": ("In Progress", "indeterminate"), "3": ("Done", "done")}
FIELDS = {  # of the create screen, with whether there is no issue without it
    "project": True,
    "issuetype": True,
    "summary": True,
    "description": False,
    "labels": False,
    "priority": False,
    "duedate": False,
    "assignee": False,
    "parent": False,
}


class TrackerRefusal(Exception):
    """What Jira answers to a request that it cannot do."""

    def __init__(self, status: int, *messages: str, **errors: str) -> None:
        super().__init__(status)
        self.status, self.body = status, {"errorMessages": list(messages), "errors": errors}


@dataclass
class Issue:
    """One issue. *fields* are as they were sent."""

    id: str
    key: str
    fields: dict[str, Json]
    created: float
    updated: float
    status: str = "1"
    comments: list[Json] = field(default_factory=list)
    attachments: dict[str, bytes] = field(default_factory=dict)


@dataclass
class Tracker:
    """One project, and those that issues were moved to.

    *lag* is how many seconds search does not find what was made or changed; *people* are e-mail addresses. *heard* is
    told of each event: its name, the issue, and how it was then.
    """

    clock: Clock
    project: str = PROJECT
    lag: float = 0.0
    people: dict[str, str] = field(default_factory=dict)
    screen: dict[str, bool] = field(default_factory=lambda: dict(FIELDS))
    types: dict[str, tuple[str, int]] = field(default_factory=lambda: dict(TYPES))
    issues: dict[str, Issue] = field(default_factory=dict)
    made: int = 0
    links: list[tuple[str, str]] = field(default_factory=list)
    heard: Callable[[str, Issue], None] = field(default=lambda event, issue: None)  # noqa: ARG005

    def create(self, fields: dict[str, Json], cloud: bool) -> Issue:
        """Make an issue, or refuse as Jira does: every field that is wrong, at once."""
        errors = self._mistakes(fields, cloud)
        if errors:
            raise TrackerRefusal(400, **errors)
        self.made += 1
        now = self._now()
        issue = Issue(str(10000 + self.made), f"{self.project}-{self.made}", dict(fields), now, now)
        self.issues[issue.id] = issue
        self.heard("jira:issue_created", issue)
        return issue

    def find(self, key: str) -> Issue:
        """Return an issue by its key or id."""
        found = self.issues.get(key) or next((issue for issue in self.issues.values() if issue.key == key), None)
        if found is None:
            raise TrackerRefusal(404, "Issue does not exist or you do not have permission to see it.")
        return found

    def search(self, jql: str) -> list[Issue]:
        """Return what `labels = "…"` or `project in (…) AND updated >= milliseconds` finds, by key; nothing else is
        understood."""
        label = re.fullmatch(r'labels = "([^"\s]+)"', jql)
        since = re.fullmatch(r"project in \(([\w, ]+)\) AND updated >= (\d{12,}) ORDER BY key ASC", jql)
        if label is None and since is None:
            raise TrackerRefusal(400, f"Error in the JQL Query: {jql}")
        shown = [issue for issue in self.issues.values() if self._now() - issue.created >= self.lag]
        if label is not None:
            return [issue for issue in shown if label[1] in issue.fields.get("labels", [])]
        assert since is not None
        projects, after = since[1].split(", "), int(since[2]) / 1000
        late = self._now() - self.lag
        return [issue for issue in shown if after <= issue.updated <= late and issue.key.rpartition("-")[0] in projects]

    def change(self, issue: Issue, fields: dict[str, Json], cloud: bool = True) -> None:
        """Set fields, or refuse as Jira does."""
        errors = {name: said for name, said in self._mistakes(issue.fields | fields, cloud).items() if name in fields}
        if errors:
            raise TrackerRefusal(400, **errors)
        issue.fields |= fields
        self._changed(issue)

    def move(self, issue: Issue, status: str) -> None:
        """Bring an issue to a status. From each, every other can be reached by the transition of that number."""
        if status not in STATUSES:
            raise TrackerRefusal(400, f"Transition id '{status}' is not valid for this issue.")
        issue.status = status
        self._changed(issue)

    def delete(self, issue: Issue) -> None:
        """Take an issue away."""
        del self.issues[issue.id]
        self.heard("jira:issue_deleted", issue)

    def transfer(self, issue: Issue, project: str) -> None:
        """Move an issue to another project: it gets another key and keeps its id."""
        self.made += 1
        issue.key = f"{project}-{self.made}"
        self._changed(issue)

    def _changed(self, issue: Issue) -> None:
        issue.updated = self._now()
        self.heard("jira:issue_updated", issue)

    def link(self, one: str, other: str) -> None:
        """Link two issues; the same link again changes nothing."""
        ends = (self.find(one).id, self.find(other).id)
        if ends not in self.links:
            self.links.append(ends)

    def linked(self, issue: Issue) -> list[Issue]:
        """Return the issues that one is linked to."""
        ends = [other for pair in self.links if issue.id in pair for other in pair if other != issue.id]
        return [self.issues[end] for end in ends]

    def _mistakes(self, fields: dict[str, Json], cloud: bool) -> dict[str, str]:
        off = "It is not on the appropriate screen, or unknown."
        wrong = {name: f"Field '{name}' cannot be set. {off}" for name in fields if name not in self.screen}
        wrong |= {
            name: f"{name.title()} is required." for name, must in self.screen.items() if must and not fields.get(name)
        }
        if fields.get("project", {}).get("key", self.project) != self.project:
            wrong["project"] = "Specify a valid project ID or key"
        if fields.get("issuetype", {}).get("id", "10001") not in self.types:
            wrong["issuetype"] = "Specify a valid issue type"
        if fields.get("priority", {}).get("id", "1") not in PRIORITIES:
            wrong["priority"] = "Specify a valid value for priority"
        if isinstance(fields.get("description"), str) is cloud and "description" in fields:
            wrong["description"] = "Operation value must be an Atlassian Document" if cloud else "must be a string"
        who = fields.get("assignee")
        if who is not None and who.get("accountId", who.get("name")) not in self.people:
            wrong["assignee"] = "User does not exist."
        return wrong

    def _now(self) -> float:
        return self.clock().timestamp()
