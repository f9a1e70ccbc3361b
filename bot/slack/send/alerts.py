"""Telling of alerts: one message for each group, posted once and edited as its alerts come and go."""

from functools import partial

from bot.core.subscriptions import confirmation
from bot.flows.alert_groups import alerts_view, group_placed
from bot.flows.take_in import arrived, let_go
from bot.outbox.outcome import NOTHING_TO_DO, Done
from bot.slack.blocks.alerts import announced, listed, subscription
from bot.slack.desk import Desk
from bot.slack.send.living import show
from bot.slack.send.post import REST, edit, post_once
from store.effects import Claimed


async def show_alerts(desk: Desk, effect: Claimed) -> Done:
    """Tell everybody of a group, or bring that up to date."""
    view = await desk.house.read(alerts_view, effect.args["group"])
    if view is None:
        return NOTHING_TO_DO
    group, message = view.group, announced(view)
    if group.channel_id and group.ts and await edit(desk.api, group.channel_id, group.ts, message):
        return NOTHING_TO_DO
    if view.incident is not None:  # The incident's own channel tells of it by now.
        return NOTHING_TO_DO
    channel, ts = await post_once(desk.api, effect, await desk.announce_channel(), message)
    return Done(partial(group_placed, group.id or 0, channel, ts), REST)


async def show_in_incident(desk: Desk, effect: Claimed) -> Done:
    """Tell of a group in its incident's channel, or bring that up to date."""
    incident, alerts = await desk.view(effect), await desk.house.read(alerts_view, effect.args["group"])
    if incident is None or alerts is None or incident.incident.channel_id is None:
        return NOTHING_TO_DO
    what = f"alerts:{alerts.group.id}"
    return await show(desk, effect, incident, what, incident.incident.channel_id, listed(alerts))


async def ask_to_confirm(desk: Desk, effect: Claimed) -> Done:
    """Ask people whether a subscription is theirs. We never follow its address ourselves."""
    found = await desk.house.read(arrived, effect.args["arrival"])
    asked = confirmation(found[1]) if found else None
    if asked is None:
        return NOTHING_TO_DO
    await post_once(desk.api, effect, await desk.announce_channel(), subscription(*asked))
    return Done(partial(let_go, effect.args["arrival"]), REST)
