"""An incident as those who may read its timeline see it: with names."""

from bot.core.named import Named, NamedCase
from bot.flows.postmortem_case import incident_case
from bot.flows.tx import Tx


def named_case(tx: Tx, incident_id: int) -> NamedCase:
    """Return the case of an incident with its people by name. Raise LookupError when there is no such row."""
    case = incident_case(tx, incident_id)
    return NamedCase(case, Named(case))
