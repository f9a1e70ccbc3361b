"""Reading what was changed in Jira: complete by itself, for where no webhook reaches us.

Changes are found by time, in Jira's own milliseconds: a quoted time would be read in the zone of our account there, to
the minute. What a query by time cannot find is asked for by id, some issues at each reading: those that were deleted,
or moved to a project that we know nothing of.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from bot.errors import Rejected, Retry
from bot.flows.follow_jira import Issue, reading, was_read
from bot.jira.desk import Desk
from bot.jira.sync import FIELDS, NOT_THERE, theirs_of
from bot.outbox.outcome import Done
from store.effects import Claimed
from store.types import Cause

OVERLAP = timedelta(minutes=5)  # read again each time: search shows a change late
PAGES = 10  # read in one go, well within the time that an attempt has
ONE_BY_ONE = 20  # issues asked for by id, where there is no asking in bulk


async def poll(desk: Desk, effect: Claimed) -> Done:
    """Read what was changed since the last reading, and ask for some issues by their ids.

    After an outage that is much: it is read in parts, each a promise of its own that goes on where the last one ended.
    """
    known = await desk.house.read(reading)
    mark = known.mark or 0
    since = effect.args.get("since", (mark or _now(desk)) - int(OVERLAP.total_seconds() * 1000))
    try:
        projects = effect.args.get("projects", [desk.project.key, *known.projects])
        changed, after = await _changed(desk, since, projects, effect.args.get("after", ""))
        asked_for, by_id = await _by_id(desk, known.issue_ids)
    except Rejected as refused:  # Every reading would end so: one that waits is enough, until somebody mends it.
        raise Retry(refused.reason, cause=Cause.CONFIGURATION, status=refused.status) from refused
    found = {str(one["id"]): Issue(str(one["key"]), theirs_of(one)) for one in (*changed, *by_id)}
    highest = max([*map(_milliseconds, changed), mark, effect.args.get("highest", 0)])
    rest = None if after is None else {"since": since, "projects": projects, "after": after, "highest": highest}
    return Done(partial(was_read, found, asked_for, highest or _now(desk), rest))


async def _changed(
    desk: Desk, since: int, projects: Sequence[str], after: str
) -> tuple[list[dict[str, Any]], str | None]:
    """Return some of what was changed, and where the rest begins.

    It is read by key, which stays while pages are turned: by time, an issue that is changed meanwhile would move to a
    later page, and another over the edge of the one just read.
    """
    named = ", ".join(dict.fromkeys(projects))
    jql = f"project in ({named}) AND updated >= {since} ORDER BY key ASC"
    found, turned = list[dict[str, Any]](), 0
    while turned < PAGES:
        more, following = await desk.api.page(jql, FIELDS, after)
        found, turned = found + more, turned + 1
        if following is None:
            return found, None
        after = following
    return found, after


async def _by_id(desk: Desk, issue_ids: Sequence[str]) -> tuple[Sequence[str], list[Mapping[str, Any]]]:
    """Return which issues were asked for, and those of them that there are. A Data Center knows no bulk."""
    if not issue_ids:
        return (), []
    if desk.api.is_cloud:
        try:
            answer = await desk.api.look("issue/bulkfetch", {"issueIdsOrKeys": list(issue_ids), "fields": FIELDS})
        except Rejected as refused:
            if refused.status not in (NOT_THERE, 405):
                raise
        else:
            return issue_ids, answer["issues"]
    some = issue_ids[:ONE_BY_ONE]
    return some, [issue for each in some if (issue := await _one(desk, each))]


async def _one(desk: Desk, issue_id: str) -> dict[str, Any] | None:
    try:
        return dict(await desk.api.get(f"issue/{issue_id}", fields=",".join(FIELDS)))
    except Rejected as refused:
        if refused.status != NOT_THERE:
            raise
        return None


def _milliseconds(issue: Mapping[str, Any]) -> int:
    return int(datetime.fromisoformat(issue["fields"]["updated"]).timestamp() * 1000)


def _now(desk: Desk) -> int:
    return int(desk.house.clock.now().timestamp() * 1000)
