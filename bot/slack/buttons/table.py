"""Which function answers which button or menu."""

from collections.abc import Awaitable, Callable

from bot.slack.asked import SILENCE, Answer, Asked
from bot.slack.buttons import (
    actions,
    alerts,
    card,
    checklist,
    deliveries,
    pages,
    postmortem,
    reminders,
    reviews,
    updates,
)
from bot.slack.desk import Desk

Press = Callable[[Desk, Asked], Awaitable[Answer]]


async def follow_link(desk: Desk, asked: Asked) -> Answer:
    """Do nothing: the person's browser opened the page already."""
    return SILENCE


BUTTONS: dict[str, Press] = {
    "action_decline": actions.decline,
    "action_done": actions.done,
    "action_give": actions.give,
    "action_reopen": actions.reopen,
    "action_take": actions.take,
    "alerts_open": alerts.open_,
    "checklist": card.checklist,
    "conflict_keep_a": actions.keep_a,
    "conflict_keep_b": actions.keep_b,
    "dismiss": deliveries.dismiss,
    "effect_retry": deliveries.retry,
    "entry_action": actions.from_entry,
    "invite_other": deliveries.invite_other,
    "more": card.more,
    "note": card.note,
    "open": card.open_,
    "open_link": follow_link,
    "open_editor": follow_link,
    "page_keep": pages.keep,
    "page_over": pages.over,
    "postmortem_draft": postmortem.draft,
    "postmortem_items": postmortem.items,
    "postmortem_learned": postmortem.learned,
    "postmortem_notes": postmortem.notes,
    "postmortem_owner": postmortem.owner,
    "postmortem_publish": postmortem.publish,
    "postmortem_read": postmortem.read,
    "remind_later": reminders.later,
    "reopen": card.reopen,
    "review_answer_no": reviews.answer,
    "review_answer_yes": reviews.answer,
    "review_book": reviews.book,
    "review_later": reviews.later,
    "step_assign": checklist.assign,
    "step_done": checklist.done,
    "step_note": checklist.note,
    "step_skip": checklist.skip,
    "ticket_again": actions.file_anew,
    "update": card.update,
    "update_dismiss": updates.dismiss,
    "update_snooze": updates.snooze,
}
