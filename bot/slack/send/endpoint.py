"""Saying in the announce channel that a partner's endpoint does not take what is sent to it."""

from bot.flows.send_event import endpoint_told
from bot.outbox.outcome import NOTHING_TO_DO, Done
from bot.slack.blocks.endpoint import told
from bot.slack.desk import Desk
from bot.slack.send.post import REST, post_once
from store.effects import Claimed


async def tell_endpoint(desk: Desk, effect: Claimed) -> Done:
    """Say how an endpoint stands now. One that takes deliveries again is not spoken of."""
    found = await desk.house.read(endpoint_told, effect.args["endpoint"])
    message = told(*found) if found else None
    if message is None:
        return NOTHING_TO_DO
    await post_once(desk.api, effect, await desk.announce_channel(), message)
    return Done(rest=REST)
