"""Where a ticket stands: whatever a project calls its statuses, each is of a category that every Jira has."""

from collections.abc import Mapping
from typing import Any

from bot.errors import Rejected
from bot.jira.api import JiraApi

CLOSED, OPEN = {"done"}, {"new", "indeterminate"}  # categories


async def bring_to(api: JiraApi, issue: Mapping[str, Any], categories: set[str]) -> None:
    """Move an issue to a status of one of these categories, unless it is there. Raise Rejected where no way leads.

    *issue* is as it was just read, with its status.
    """
    if issue["fields"]["status"]["statusCategory"]["key"] in categories:
        return
    ways = (await api.get(f"issue/{issue['id']}/transitions"))["transitions"]
    way = next((way for way in ways if way["to"]["statusCategory"]["key"] in categories), None)
    if way is None:
        raise Rejected(f"{issue['key']}: no transition of {issue['fields']['status']['name']} leads there")
    await api.post(f"issue/{issue['id']}/transitions", {"transition": {"id": str(way["id"])}})
