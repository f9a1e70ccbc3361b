"""The button under alerts that have no incident."""

from bot.flows.open_for_alerts import group_without_incident, suggested_title
from bot.flows.tx import Tx
from bot.slack.asked import Answer, Asked
from bot.slack.desk import Desk
from bot.slack.modals.open import open_form
from store.types import Severity


async def open_(desk: Desk, asked: Asked) -> Answer:
    """Open the form that opens an incident for these alerts."""
    group = int(asked.text)
    title = await desk.house.read(_title, group)
    return Answer(modal=open_form(Severity.SEV2, title, alerts=group))


def _title(tx: Tx, group_id: int) -> str:
    return suggested_title(tx, group_without_incident(tx, group_id))
