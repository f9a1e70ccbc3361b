"""Which function keeps which kind of promise."""

from collections.abc import Awaitable, Callable

from bot.outbox.outcome import Done
from bot.slack.desk import Desk
from bot.slack.people import learn_person
from bot.slack.send import alerts, canvas, capture, channel, digest, endpoint, home, living, posts, review, tell
from store.effects import Claimed

SENDERS: dict[str, Callable[[Desk, Claimed], Awaitable[Done]]] = {
    "slack.create_channel": channel.create_channel,
    "slack.invite": channel.invite,
    "slack.topic": channel.set_topic,
    "slack.bookmark": channel.add_bookmark,
    "slack.leave_public": channel.leave_public,
    "slack.card": living.show_card,
    "slack.pin": living.pin_card,
    "slack.checklist": living.show_checklist,
    "slack.announcement": living.show_announcement,
    "slack.update": posts.post_update,
    "slack.update_thread": posts.thread_update,
    "slack.resolution": posts.post_resolution,
    "slack.action_item": posts.show_action,
    "slack.joined": posts.point_to_other,
    "slack.postmortem": posts.post_postmortem,
    "slack.similar": posts.post_similar,
    "slack.published": posts.post_published,
    "slack.canvas": canvas.show_canvas,
    "slack.capture": capture.capture,
    "slack.review": review.invite,
    "slack.review_off": review.call_off,
    "slack.review_soon": review.remind,
    "slack.review_poll": review.ask,
    "slack.digest": digest.post_digest,
    "slack.home": home.show_home,
    "slack.alerts": alerts.show_alerts,
    "slack.incident_alerts": alerts.show_in_incident,
    "slack.subscription": alerts.ask_to_confirm,
    "slack.endpoint": endpoint.tell_endpoint,
    "slack.tell": tell.tell,
    "slack.person": learn_person,
}

TIER_2, TIER_3, TIER_4 = 20, 50, 100  # calls a minute of one method in one workspace; see docs/delivery.md
QUOTAS: dict[str, float] = {
    "slack.create_channel": TIER_2,
    "slack.topic": TIER_2,
    "slack.bookmark": TIER_2,
    "slack.canvas": TIER_2,
    "slack.pin": TIER_2,
    "slack.leave_public": TIER_2,
    "slack.invite": TIER_3,
    "slack.home": TIER_4,
    "slack.person": TIER_4,
    "slack.tell": TIER_4,
}
