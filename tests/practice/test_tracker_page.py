"""The practice Jira's page: what somebody in Jira would change is changed there."""

from aiohttp import ClientSession

from bot.practice.tracker_http import PracticeJira


async def test_an_issue_is_shown_and_changed_on_its_page() -> None:
    async with PracticeJira() as jira, ClientSession() as session:
        fields = {"project": {"key": "PRAC"}, "issuetype": {"id": "10001"}, "summary": "alert <b>early</b>"}
        issue = jira.tracker.create(fields, cloud=True)
        page = f"{jira.url}/browse/{issue.key}"
        async with session.get(page) as answer:
            assert "alert &lt;b&gt;early&lt;/b&gt;" in await answer.text()
        changed = {"summary": "page early", "status": "3", "priority": "1", "assignee": "practice:bo", "duedate": ""}
        async with session.post(page, data=changed) as answer:
            assert (answer.status, "page early" in await answer.text()) == (200, True)
        assert (issue.status, issue.fields["assignee"]) == ("3", {"accountId": "practice:bo"})
        assert "duedate" not in issue.fields
        async with session.post(page, data=changed | {"assignee": "nobody at all"}) as answer:
            assert answer.status == 400
