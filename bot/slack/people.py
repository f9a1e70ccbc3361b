"""People: what Slack knows of someone, learned once and kept sealed."""

from functools import partial

from bot.errors import Rejected
from bot.flows.meet import learn_names
from bot.flows.views import account_of
from bot.outbox.outcome import NOTHING_TO_DO, Done
from bot.slack.desk import Desk
from store.effects import Claimed


async def learn_person(desk: Desk, effect: Claimed) -> Done:
    """Ask Slack what somebody is called and where they are."""
    account = await desk.house.read(account_of, effect.args["person"])
    if account is None:
        return NOTHING_TO_DO
    try:
        user = await desk.people.get(account)
    except Rejected as refusal:
        if refusal.reason != "user_not_found":
            raise
        return NOTHING_TO_DO
    profile = user.get("profile") or {}
    known = (profile.get("display_name"), profile.get("real_name"), user.get("real_name"), user.get("name"))
    names = list(dict.fromkeys(name for name in known if name))
    return Done(partial(learn_names, effect.args["person"], names, user.get("tz"), not user.get("deleted", False)))
