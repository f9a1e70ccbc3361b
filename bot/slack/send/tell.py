"""Telling one person something: nudges where they work, everything else in their direct messages.

Slack cannot be asked whether a private answer arrived. So what must not be lost goes to direct messages, where a post
can be looked up; a nudge whose answer was lost is not repeated, because the next nudge follows by itself.
"""

from datetime import date

from bot.errors import Rejected
from bot.flows.comment import commented
from bot.flows.publish_page import page_drift
from bot.flows.views import ChecklistView, IncidentView, checklist_view, effect_view
from bot.outbox.outcome import NOTHING_TO_DO, Done
from bot.slack.blocks import failures, reminders, tells
from bot.slack.desk import Desk
from bot.slack.send.post import REST, post_once
from store.effects import Claimed

NUDGES = {"update_missed", "step_overdue"}
NOT_THERE = {"user_not_in_channel", "channel_not_found", "not_in_channel", "is_archived"}


async def tell(desk: Desk, effect: Claimed) -> Done:
    """Tell one person what ``args["what"]`` names. People without Slack are not told: they are at a shell."""
    view = await desk.view(effect)
    account = view.people.get(effect.args["person"], "") if view else ""
    if view is None or not account or ":" in account:
        return NOTHING_TO_DO
    message = await _message(desk, effect, view)
    if message is None:
        return NOTHING_TO_DO
    if effect.args["what"] in NUDGES and view.incident.channel_id:
        if effect.look_first:
            return NOTHING_TO_DO
        try:
            await desk.api.call("chat.postEphemeral", channel=view.incident.channel_id, user=account, **message)
        except Rejected as refusal:
            if refusal.reason not in NOT_THERE:
                raise
        else:
            return NOTHING_TO_DO
    await post_once(desk.api, effect, await desk.private_line(account), message)
    return Done(rest=REST)


async def _message(desk: Desk, effect: Claimed, view: IncidentView) -> tells.Message | None:
    what, now = effect.args["what"], desk.house.clock.now()
    if what == "delivery_failed":
        failed = await desk.house.read(effect_view, effect.args["effect"])
        return tells.delivery_failed(view, failed) if failed else None
    if what == "bot_removed":
        return failures.removed(view)
    if what in ("step_assigned", "step_overdue"):
        run: ChecklistView | None = await desk.house.read(checklist_view, effect.args["run"])
        return tells.step(view, run, effect.args["position"], now, late=what == "step_overdue") if run else None
    if what == "update_missed":
        return tells.update_missed(view, now)
    if what == "postmortem_given":
        return tells.postmortem_given(view, desk.page("postmortems", view.incident.key), desk.editor(view.incident.key))
    if what == "commented":
        waiting = await desk.house.read(commented, view.incident.id or 0, effect.args["person"])
        return tells.commented(view, waiting, desk.editor(view.incident.key)) if waiting else None
    if what in ("reminder", "escalated"):
        return reminders.reminder(
            view,
            effect.args["number"],
            date.fromisoformat(effect.args["due_on"]),
            desk.page("postmortems", view.incident.key),
            escalated=what == "escalated",
        )
    if what == "page_drifted":
        drift = await desk.house.read(page_drift, view.incident.id or 0, effect.args["page"])
        return tells.page_drifted(view, drift) if drift else None
    if what == "action_given":
        return tells.action_given(view, effect.args["number"])
    if what == "conflicts":
        rows = desk.page("incidents", view.incident.key, "/conflicts")
        return tells.conflicts(view, effect.args["rows"], effect.args["items"], rows)
    if what == "ticket_doubled":
        return tells.ticket_doubled(view, effect.args["number"], effect.args["key"], effect.args["others"])
    return tells.role(view, effect.args["role"], given=what == "role_given")
