"""What Slack or Jira refused, in words that say what a person can do about it."""

from typing import Any

from bot.flows.views import EffectView, IncidentView
from bot.slack.blocks.parts import section
from bot.slack.mrkdwn import escape, mention

WHAT = {
    "slack.create_channel": "its channel could not be created",
    "slack.invite": "Slack would not let me invite {person}",
    "slack.card": "its card could not be posted",
    "slack.pin": "its card could not be pinned",
    "slack.announcement": "it could not be announced",
    "slack.topic": "the channel's topic could not be set",
    "slack.bookmark": "the bookmark could not be added",
    "slack.checklist": "a checklist could not be shown",
    "slack.update": "an update could not be posted in its channel",
    "slack.update_thread": "an update could not be posted under its announcement",
    "slack.resolution": "the resolution could not be posted",
    "slack.postmortem": "the postmortem draft could not be posted",
    "slack.action_item": "an action item could not be shown",
    "jira.ticket": "a ticket could not be filed",
    "jira.sync": "a ticket could not be brought in step",
    "jira.state": "a ticket could not be moved",
    "jira.attach": "rows could not be attached to a ticket",
    "jira.links": "a ticket could not be linked",
    "jira.doubles": "a ticket that was filed twice could not be closed",
    "slack.canvas": "the canvas of its postmortem could not be written",
    "confluence.page": "the page of its postmortem could not be written",
    "mail.invitation": "an invitation could not be mailed",
    "slack.joined": "the pointer to the other incident could not be posted",
    "slack.capture": "a marked message could not be fetched",
    "slack.leave_public": "the old public channel could not be cleared",
}

WHY = {
    "name_taken": "every name I tried is taken. Rename or delete an old channel",
    "msg_too_long": "the message is too long for Slack. The timeline has all of it",
    "user_disabled": "the account is deactivated",
    "user_not_found": "Slack does not know the account, or it is deactivated",
    "cant_invite": "the person cannot be invited to this channel",
    "user_is_restricted": "guests cannot be invited here",
    "is_archived": "the channel is archived. Unarchive it",
    "is_inactive": "the channel is archived. Unarchive it",
    "not_in_channel": "I was removed from the channel. Invite me again: /invite @firstfive",
    "channel_not_found": "the channel is gone, or I was removed from it. Invite me again: /invite @firstfive",
    "restricted_action": "a rule of your workspace forbids it. Ask an admin to allow it for this app",
    "token_revoked": "the app's token was revoked. Install the app again and set SLACK_BOT_TOKEN",
    "invalid_auth": "the app's token is not valid. Set SLACK_BOT_TOKEN to the one on your app's page",
    "channel_canvas_already_exists": "the channel has a canvas of somebody else. Rename or delete it",
    "account_inactive": "the app was uninstalled. Install it again",
}


def removed(view: IncidentView) -> dict[str, Any]:
    """Somebody removed us from an incident's channel; its commander hears what that means."""
    incident = view.incident
    text = (
        f"I was removed from <#{incident.channel_id}>, so {incident.key} is not shown there any more. What you do by "
        "/incident still counts. To see it there again, invite me: /invite @firstfive"
    )
    return {"text": text, "blocks": [section(text)]}


def failure(failed: EffectView) -> str:
    """Return what could not be done, why, and what a person can change before they press Retry."""
    code, _, detail = (failed.effect.reason or "").partition(": ")
    what = WHAT.get(failed.effect.kind, "something could not be done").format(
        person=mention(failed.person) if failed.person else "someone"
    )
    if failed.effect.kind.startswith("jira."):
        why = f"Jira answered: {escape(failed.effect.reason or '')}"
    elif failed.effect.kind.startswith(("confluence.", "mail.")):
        why = escape(failed.effect.reason or "")
    elif code == "missing_scope":
        why = f"the app lacks the scope `{escape(detail)}`. Add it on your app's page and install the app again"
    elif code == "no_announce_channel":
        why = f"there is no channel {escape(detail)}. Create it, or set FIRSTFIVE_ANNOUNCE_CHANNEL"
    elif code == "announce_archived":
        why = f"the channel {escape(detail)} is archived. Unarchive it, or set FIRSTFIVE_ANNOUNCE_CHANNEL"
    else:
        why = WHY.get(code, f"Slack answered `{escape(code)}`")
    return f"{what}: {why}."
