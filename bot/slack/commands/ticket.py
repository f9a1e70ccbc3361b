"""/incident ticket [title]"""

from bot.flows.add_action import add_action
from bot.slack.asked import Answer, Asked
from bot.slack.desk import Desk
from bot.slack.modals.action import action_form, added
from bot.slack.mrkdwn import incoming, unmentioned
from bot.slack.sight import looked_at


async def ticket(desk: Desk, asked: Asked) -> Answer:
    """Add an action item. Without a title, a form asks for it, with owner, priority, type and date."""
    if not asked.text:
        view = await looked_at(desk, asked)
        return Answer(modal=action_form(view.incident.key))
    key, item = await desk.house.do(add_action, asked.request, incoming(unmentioned(asked.text)))
    return Answer(added(key, item))
