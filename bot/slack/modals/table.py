"""Which function takes which form."""

from collections.abc import Awaitable, Callable

from bot.slack.asked import Answer, Asked
from bot.slack.desk import Desk
from bot.slack.modals.action import submit_action, submit_decline, submit_give
from bot.slack.modals.capture import submit_capture
from bot.slack.modals.note import submit_note
from bot.slack.modals.open import submit_open
from bot.slack.modals.planned import submit_planned
from bot.slack.modals.postmortem import submit_notes, submit_owner
from bot.slack.modals.publish import submit_publish
from bot.slack.modals.role import submit_invite, submit_role
from bot.slack.modals.status import submit_resolve, submit_severity, submit_status
from bot.slack.modals.step import submit_step_assign, submit_step_note, submit_step_skip
from bot.slack.modals.update import submit_update

Submission = Callable[[Desk, Asked], Awaitable[Answer]]

SUBMISSIONS: dict[str, Submission] = {
    "action": submit_action,
    "capture": submit_capture,
    "decline": submit_decline,
    "give": submit_give,
    "invite": submit_invite,
    "note": submit_note,
    "notes": submit_notes,
    "open": submit_open,
    "owner": submit_owner,
    "planned": submit_planned,
    "publish": submit_publish,
    "resolve": submit_resolve,
    "role": submit_role,
    "severity": submit_severity,
    "status": submit_status,
    "step_assign": submit_step_assign,
    "step_note": submit_step_note,
    "step_skip": submit_step_skip,
    "update": submit_update,
}
