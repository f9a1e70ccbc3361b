"""What an incident's timeline says, for tests of whatever writes on it."""

from bot.core.timeline import Moment
from bot.flows.record import verify_timeline
from bot.flows.views import incident_id_of, timeline_view
from store.types import EntryKind
from tests.world import World


async def timeline(world: World, *kinds: EntryKind, key: str = "INC-1") -> list[Moment]:
    """Return an incident's folded moments of some kinds; its chain must hold."""
    incident_id = await world.house.read(incident_id_of, key)
    assert incident_id is not None
    view = await world.house.read(timeline_view, incident_id)
    assert view is not None
    assert await world.house.read(verify_timeline, view.incident) is None
    return [moment for moment in view.moments if moment.kind in kinds]


async def account(world: World, ref: str | None) -> str:
    """Return the account behind a reference on the timeline of INC-1."""
    incident_id = await world.house.read(incident_id_of, "INC-1")
    view = await world.house.read(timeline_view, incident_id or 0)
    assert view is not None
    return view.people[ref or ""]
