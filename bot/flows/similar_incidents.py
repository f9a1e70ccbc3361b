"""Past incidents that were about the same, with what is known of them now."""

from dataclasses import dataclass
from typing import Any

from bot.core.sections import SECTIONS
from bot.core.similar import STEM, is_alike, telling_words
from bot.core.teams import names, services
from bot.core.versions import passage, summary
from bot.flows.as_json import zulu
from bot.flows.tx import Tx
from bot.flows.versions import latest_text
from store.incidents import Incident, incident_by_id
from store.postmortems import postmortem_of
from store.search import published_texts
from store.similar import past_factors, past_incidents


@dataclass(frozen=True, slots=True)
class Similar:
    """A past incident. *helped* is what its published postmortem says went well, or else its summary, or nothing."""

    incident: Incident
    helped: str


def similar_incidents(tx: Tx, incident: Incident, limit: int = 3) -> list[Incident]:
    """Return past incidents about the same, the best match first, then those whose published factors are, then those
    of the same service. Private ones and tests are none.
    """
    words = telling_words(incident.title)
    found = past_incidents(tx.db, incident, words)
    alike = [past for past in found if is_alike(words, f"{past.title} {past.impact or ''}")]
    ranked = [*alike, *_by_factors(tx, incident), *_of_service(tx, incident)]
    return list({past.id: past for past in ranked}.values())[:limit]


def _by_factors(tx: Tx, incident: Incident) -> list[Incident]:
    """Return past incidents whose published factors name what this one is about, or whom it hurts."""
    words = telling_words(f"{incident.title} {incident.impact or ''}")
    found = past_factors(tx.db, incident, [word[:STEM] for word in words])
    said = published_texts(tx.db, [past.id or 0 for past in found])
    return [past for past in found if is_alike(words, said[past.id or 0].factors)]


def _of_service(tx: Tx, incident: Incident) -> list[Incident]:
    """Return past incidents that name a service, as the settings have it, which this one names."""
    named = [service for service in services(tx.rules.teams) if names(incident.title, service)]
    found = past_incidents(tx.db, incident, telling_words(" ".join(named))) if named else []
    return [past for past in found if any(names(past.title, service) for service in named)]


def similar_to(tx: Tx, incident_id: int) -> list[Similar]:
    """Return past incidents about the same as one, with what helped then."""
    incident = incident_by_id(tx.db, incident_id)
    found = similar_incidents(tx, incident) if incident else []
    return [Similar(past, what_helped(tx, past.id or 0)) for past in found]


def similar_object(one: Similar) -> dict[str, Any]:
    """Return a past incident as programs see it."""
    past = one.incident
    return {
        "key": past.key,
        "title": past.title,
        "severity": past.severity,
        "opened_at": zulu(past.opened_at),
        "resolved_at": zulu(past.resolved_at),
        "helped": one.helped,
    }


def what_helped(tx: Tx, incident_id: int) -> str:
    """Return what the published postmortem of an incident says went well, or else its summary, or nothing."""
    postmortem = postmortem_of(tx.db, incident_id)
    text = latest_text(tx, incident_id) if postmortem and postmortem.published_at else None
    return (passage(text, SECTIONS["went_well"]) or summary(text)) if text else ""
