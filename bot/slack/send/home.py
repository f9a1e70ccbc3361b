"""Showing somebody their Home. Showing it again changes nothing, so a lost answer needs no look-up."""

from bot.flows.home_view import home_view
from bot.outbox.outcome import NOTHING_TO_DO, Done
from bot.slack.blocks.home import home
from bot.slack.desk import Desk
from store.effects import Claimed


async def show_home(desk: Desk, effect: Claimed) -> Done:
    """Publish a person's Home as it is now."""
    view = await desk.house.read(home_view, effect.args["person"])
    if view is not None:
        shown = home(view, desk.house.clock.now(), desk.page)
        await desk.api.call("views.publish", user_id=view.account, view=shown)
    return NOTHING_TO_DO
