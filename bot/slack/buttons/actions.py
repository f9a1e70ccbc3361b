"""The buttons of an action item."""

from bot.flows.add_action import settle_action
from bot.flows.decide_conflict import decide
from bot.flows.file_ticket import file_again
from bot.flows.give_action import give_action
from bot.flows.views import entry_text
from bot.slack.asked import Answer, Asked
from bot.slack.desk import Desk
from bot.slack.modals.action import action_form, decline_form, give_form
from bot.slack.sight import looked_at
from store.types import ActionState, Keep


async def done(desk: Desk, asked: Asked) -> Answer:
    """Mark it done."""
    return await _settle(desk, asked, ActionState.DONE)


async def reopen(desk: Desk, asked: Asked) -> Answer:
    """Open it again."""
    return await _settle(desk, asked, ActionState.OPEN)


async def decline(desk: Desk, asked: Asked) -> Answer:
    """Ask why it is declined."""
    key, number = _about(asked)
    return Answer(modal=decline_form(key, number))


async def take(desk: Desk, asked: Asked) -> Answer:
    """Make whoever presses its owner."""
    key, number = _about(asked)
    await desk.house.do(give_action, asked.request, number, asked.request.account, key)
    return Answer(f"Action item {number} of {key} is yours.")


async def give(desk: Desk, asked: Asked) -> Answer:
    """Ask who takes it over."""
    key, number = _about(asked)
    return Answer(modal=give_form(key, number))


async def from_entry(desk: Desk, asked: Asked) -> Answer:
    """Open the form with an entry of the timeline as the title."""
    key, seq = _about(asked)
    view = await looked_at(desk, asked, key)
    text = await desk.house.read(entry_text, view.incident.id or 0, seq)
    return Answer(modal=action_form(view.incident.key, " ".join(text.split())))


async def file_anew(desk: Desk, asked: Asked) -> Answer:
    """File its ticket anew, which is gone from Jira."""
    key, number = _about(asked)
    await desk.house.do(file_again, asked.request, number, key)
    return Answer(f"The ticket of action item {number} is filed anew.", shown=True)


async def keep_a(desk: Desk, asked: Asked) -> Answer:
    """Keep what A holds in every row of it that is left."""
    return await _keep(desk, asked, Keep.A)


async def keep_b(desk: Desk, asked: Asked) -> Answer:
    """Keep what B holds in every row of it that is left."""
    return await _keep(desk, asked, Keep.B)


async def _keep(desk: Desk, asked: Asked, keep: Keep) -> Answer:
    key, number = _about(asked)
    count, left = await desk.house.do(decide, asked.request, keep, number=number, key=key)
    return Answer(f"{count} rows of action item {number} keep {keep.upper()}. {left} are left in {key}.")


async def _settle(desk: Desk, asked: Asked, state: ActionState) -> Answer:
    key, number = _about(asked)
    item = await desk.house.do(settle_action, asked.request, number, state, key=key)
    return Answer(f"Action item {number} of {key} is {item.state}.", shown=True)


def _about(asked: Asked) -> tuple[str, int]:
    key, number = asked.text.split()
    return key, int(number)
