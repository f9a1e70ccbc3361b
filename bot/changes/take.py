"""Taking a change that arrived: onto the timelines that it concerns."""

from functools import partial

from bot.changes.table import PARSERS
from bot.flows.record_change import record_changes
from bot.flows.take_in import arrived
from bot.house import House
from bot.outbox.outcome import NOTHING_TO_DO, Done
from store.effects import Claimed


async def take_change(house: House, effect: Claimed) -> Done:
    """Read a stored change; the transaction that settles this effect records it, so it is recorded once."""
    number = effect.args["arrival"]
    found = await house.read(arrived, number)
    if found is None:
        return NOTHING_TO_DO
    address, body = found
    sender = address.rpartition("/")[2]
    return Done(partial(record_changes, number, sender, PARSERS[sender](body)))
