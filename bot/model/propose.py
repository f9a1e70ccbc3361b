"""Asking a model for wording."""

from dataclasses import dataclass
from functools import partial

from bot.core.proposals import parsed
from bot.flows.postmortem_case import postmortem_case
from bot.flows.propose_wording import count_asking, keep_wording, wording_asked
from bot.house import House
from bot.model.api import ModelApi
from bot.outbox.outcome import NOTHING_TO_DO, Done
from store.effects import Claimed


@dataclass(frozen=True, slots=True)
class Desk:
    """One model and the house."""

    api: ModelApi
    house: House

    async def close(self) -> None:
        """Stop asking."""
        await self.api.close()


async def propose(desk: Desk, effect: Claimed) -> Done:
    """Ask for wording of the summary and the lessons. What comes is kept, and checked each time it is shown."""
    incident_id = effect.incident_id or 0
    case = await desk.house.read(postmortem_case, incident_id)
    asking = await desk.house.read(wording_asked, incident_id, case)
    if asking is None:
        return NOTHING_TO_DO
    await desk.house.do_behind(count_asking, incident_id)
    proposed = parsed(await desk.api.complete(asking.messages))
    return Done(partial(keep_wording, incident_id, proposed))
