"""Which function keeps which kind of promise."""

from collections.abc import Awaitable, Callable

from bot.jira.conflicts import attach_conflicts
from bot.jira.desk import Desk
from bot.jira.file import file_ticket, link_ticket, look_for_doubles
from bot.jira.poll import poll
from bot.jira.sync import sync_ticket
from bot.outbox.outcome import Done
from store.effects import Claimed

SENDERS: dict[str, Callable[[Desk, Claimed], Awaitable[Done]]] = {
    "jira.ticket": file_ticket,
    "jira.sync": sync_ticket,
    "jira.state": sync_ticket,  # promised by versions that knew of no other change
    "jira.poll": poll,
    "jira.attach": attach_conflicts,
    "jira.links": link_ticket,
    "jira.doubles": look_for_doubles,
}
