"""What is posted once and stays: updates, the resolution, action items, the pointer to another incident, the draft."""

from bot.core.postmortem import draft
from bot.core.versions import summary
from bot.flows.postmortem_case import postmortem_case
from bot.flows.similar_incidents import similar_to
from bot.flows.versions import latest_text
from bot.flows.views import entry_text
from bot.outbox.outcome import NOTHING_TO_DO, Done
from bot.slack.blocks import posts
from bot.slack.blocks.similar import similar
from bot.slack.desk import Desk
from bot.slack.send.living import show
from bot.slack.send.post import REST, post_once
from bot.slack.send.upload import upload_once
from store.effects import Claimed


async def post_update(desk: Desk, effect: Claimed) -> Done:
    """Post a public update in the incident's channel."""
    view = await desk.view(effect)
    if view is None or view.incident.channel_id is None:
        return NOTHING_TO_DO
    text = await desk.house.read(entry_text, effect.incident_id or 0, effect.args["entry"])
    await post_once(desk.api, effect, view.incident.channel_id, posts.update(view, text))
    return Done(rest=REST)


async def thread_update(desk: Desk, effect: Claimed) -> Done:
    """Post a public update under the announcement. What is not announced has no thread."""
    view = await desk.view(effect)
    there = view.living.get("announcement") if view else None
    if view is None or there is None or not view.announced:
        return NOTHING_TO_DO
    text = await desk.house.read(entry_text, effect.incident_id or 0, effect.args["entry"])
    message = posts.update(view, text) | {"thread_ts": there.ts}
    await post_once(desk.api, effect, there.channel_id, message)
    return Done(rest=REST)


async def post_resolution(desk: Desk, effect: Claimed) -> Done:
    """Say that it is over and that the draft is ready; edited when the draft gets another owner."""
    view = await desk.view(effect)
    if view is None or view.incident.channel_id is None or view.incident.resolved_at is None:
        return NOTHING_TO_DO
    what = f"resolution:{int(view.incident.resolved_at.timestamp())}"  # resolved anew after a reopen, it is posted anew
    message = posts.resolution(view, desk.page("postmortems", view.incident.key))
    return await show(desk, effect, view, what, view.incident.channel_id, message)


async def show_action(desk: Desk, effect: Claimed) -> Done:
    """Post an action item, or edit its message once it stands."""
    view = await desk.view(effect)
    if view is None or view.incident.channel_id is None:
        return NOTHING_TO_DO
    number = effect.args["number"]
    rows = desk.page("incidents", view.incident.key, "/conflicts")
    message = posts.action_item(view, number, desk.settings.browse_url, rows)
    return await show(desk, effect, view, f"action:{number}", view.incident.channel_id, message)


async def post_similar(desk: Desk, effect: Claimed) -> Done:
    """Say what was seen before, and what helped then."""
    view = await desk.view(effect)
    found = await desk.house.read(similar_to, effect.incident_id or 0)
    if view is None or view.incident.channel_id is None or not found:
        return NOTHING_TO_DO
    await post_once(desk.api, effect, view.incident.channel_id, similar(found, desk.page))
    return Done(rest=REST)


async def point_to_other(desk: Desk, effect: Claimed) -> Done:
    """Say in the channel where the work goes on."""
    view = await desk.view(effect)
    if view is None or view.incident.channel_id is None or view.joined_to is None:
        return NOTHING_TO_DO
    await post_once(desk.api, effect, view.incident.channel_id, posts.joined(view))
    return Done(rest=REST)


async def post_postmortem(desk: Desk, effect: Claimed) -> Done:
    """Upload the draft as a file to the incident's channel."""
    view = await desk.view(effect)
    if view is None or view.incident.channel_id is None:
        return NOTHING_TO_DO
    key, channel = view.incident.key, view.incident.channel_id
    case = await desk.house.read(postmortem_case, effect.incident_id or 0)
    text = desk.renderer.render_postmortem(draft(case), "md").text
    name = f"{key}-postmortem-{effect.id}.md"
    comment = posts.draft_comment(view, desk.page("postmortems", key))
    return await upload_once(desk, effect, channel, name, text, f"{key} postmortem draft", comment)


async def post_published(desk: Desk, effect: Claimed) -> Done:
    """Say that a postmortem is published: in its team's channel, or for a private incident in its own."""
    view = await desk.view(effect)
    if view is None:
        return NOTHING_TO_DO
    text = await desk.house.read(latest_text, effect.incident_id or 0)
    incident = view.incident
    channel = incident.channel_id if incident.private else await desk.channel(effect.args["channel"])
    if text is None or channel is None:
        return NOTHING_TO_DO
    message = posts.published(view, summary(text), desk.page("postmortems", incident.key))
    await post_once(desk.api, effect, channel, message)
    return Done(rest=REST)
