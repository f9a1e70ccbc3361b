"""Who somebody is in Jira: whoever has their e-mail address there, and may be given issues of the project."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.jira.desk import Desk


async def assignable(desk: Desk, workspace_id: int, account: str) -> dict[str, Any] | None:
    """Return an account as an assignee; None when it is not certain who that is: a search finds others too."""
    email = await desk.email_of(workspace_id, account)
    if not email:
        return None
    name = "query" if desk.api.is_cloud else "username"
    found = await desk.api.get("user/assignable/search", project=desk.project.key, maxResults=50, **{name: email})
    same = [user for user in found if str(user.get("emailAddress", "")).casefold() == email.casefold()]
    hidden = [user for user in found if not user.get("emailAddress")]  # a Cloud hides it, and still searches by it
    who = same or (hidden if len(found) == 1 else [])
    if len(who) != 1:
        return None
    return {"accountId": who[0]["accountId"]} if desk.api.is_cloud else {"name": who[0]["name"]}


async def account_of(desk: Desk, workspace_id: int, user: Mapping[str, Any], people: Sequence[str]) -> str | None:
    """Return the account of one of Jira's users here, or None when nobody here is known to be them.

    Where a Cloud hides addresses, those who take part in the incident are asked about instead.
    """
    email = user.get("emailAddress")
    if email:
        return await desk.account_with(workspace_id, str(email))
    wanted = user.get("accountId") or user.get("name")
    for account in people:
        found = await assignable(desk, workspace_id, account)
        if found and wanted in found.values():
            return account
    return None
