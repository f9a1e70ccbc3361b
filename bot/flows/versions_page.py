"""The versions of a postmortem with their authors by name, for those who may read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.core.named import called
from bot.flows.meet import names_of
from bot.flows.tx import Tx
from bot.flows.versions import Version, versions
from store.incidents import Incident, incident_by_id
from store.people import people


@dataclass(frozen=True, slots=True)
class VersionsPage:
    """Every version, the first one first; ``names`` are their authors by reference."""

    incident: Incident
    versions: Sequence[Version]
    names: Mapping[str, str]


def versions_page(tx: Tx, incident_id: int) -> VersionsPage:
    """Return the versions of an incident's postmortem."""
    incident, found = incident_by_id(tx.db, incident_id), versions(tx, incident_id)
    assert incident is not None
    authors = people(tx.db, {each.author for each in found})
    return VersionsPage(incident, found, {who.ref: called([who.account, *names_of(tx, who)]) for who in authors})
