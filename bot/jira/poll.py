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
ONE_BY_ONE = 20  # issues asked for by id, where there is no asking in bulk


async def poll(desk: Desk, effect: Claimed) -> Done:  # noqa: ARG001 - it is about all tickets
    """Read what was changed since the last reading, and ask for some issues by their ids."""
    known = await desk.house.read(reading)
    asked_for: Sequence[str] = known.issue_ids
    try:
        changed = await _changed(desk, known.mark, known.projects)
        asked_for, by_id = await _by_id(desk, asked_for)
    except Rejected as refused:  # Every reading would end so: one that waits is enough, until somebody mends it.
        raise Retry(refused.reason, cause=Cause.CONFIGURATION, status=refused.status) from refused
    found = {str(one["id"]): Issue(str(one["key"]), theirs_of(one)) for one in (*changed, *by_id)}
    marks = [_milliseconds(one) for one in changed]
    return Done(partial(was_read, found, asked_for, max([*marks, known.mark or 0]) or _now(desk)))


async def _changed(desk: Desk, mark: int | None, projects: Sequence[str]) -> list[dict[str, Any]]:
    since = (mark or _now(desk)) - int(OVERLAP.total_seconds() * 1000)
    named = ", ".join(dict.fromkeys([desk.project.key, *projects]))
    # By key, which stays while we turn pages: by time, an issue that is changed meanwhile would move to a later page,
    # and another over the edge of the one just read.
    return await desk.api.search(f"project in ({named}) AND updated >= {since} ORDER BY key ASC", FIELDS)


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
