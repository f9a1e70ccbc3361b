"""Taking alerts that arrived: into the group and the incident they belong to."""

from functools import partial

from bot.alerts.table import PARSERS
from bot.core.subscriptions import confirmation
from bot.flows.take_alerts import ask_to_confirm, take_alerts
from bot.flows.take_in import arrived
from bot.house import House
from bot.outbox.outcome import NOTHING_TO_DO, Done
from store.effects import Claimed

CLOUDWATCH = "cloudwatch"


async def take_alert(house: House, effect: Claimed) -> Done:
    """Read stored alerts; the transaction that settles this effect takes them, so they are taken once."""
    number = effect.args["arrival"]
    found = await house.read(arrived, number)
    if found is None:
        return NOTHING_TO_DO
    address, body = found
    sender = address.rpartition("/")[2]
    if sender == CLOUDWATCH and confirmation(body) is not None:
        return Done(partial(ask_to_confirm, number))
    return Done(partial(take_alerts, number, sender, PARSERS[sender](body), effect.args.get("from", 0)))
