"""Posting the weekly digest in a team's channel."""

from datetime import datetime

from bot.flows.digest_view import digest_of
from bot.outbox.outcome import NOTHING_TO_DO, Done
from bot.slack.blocks.digest import digest
from bot.slack.desk import Desk
from bot.slack.send.post import REST, post_once
from store.effects import Claimed


async def post_digest(desk: Desk, effect: Claimed) -> Done:
    """Post what a team owes now. What was done meanwhile is not spoken of, nor a team that has left the settings."""
    since = datetime.fromisoformat(effect.args["since"])
    view = await desk.house.read(digest_of, effect.workspace_id, effect.args["team"], since)
    if not view:
        return NOTHING_TO_DO
    await post_once(desk.api, effect, await desk.channel(view.team.channel), digest(view, desk.page))
    return Done(rest=REST)
