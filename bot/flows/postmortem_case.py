"""Everything a postmortem is drafted from, gathered in one read."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.core.case import Case
from bot.core.names import spoken_of
from bot.core.teams import team_of
from bot.core.timeline import Moment, folded
from bot.core.wording import shortened
from bot.flows.meet import everyone_named, names_of
from bot.flows.propose_wording import proposed_wording
from bot.flows.record import proven_timeline
from bot.flows.similar_incidents import similar_incidents, what_helped
from bot.flows.tx import Tx
from store.actions import ActionItem, actions_of
from store.checklists import runs_of
from store.incidents import Incident, incident_by_id, joined_to, participants
from store.people import people
from store.postmortems import postmortem_of
from store.roles import holders
from store.tickets import filed_tickets
from store.workspaces import url_of

HELPED = 200  # characters of what helped in an incident like this one


def postmortem_case(tx: Tx, incident_id: int) -> Case:
    """Return the case of an incident, ready to be told without names. Raise LookupError when there is no such row."""
    case = incident_case(tx, incident_id, helped=True)
    incident = incident_by_id(tx.db, incident_id)
    assert incident is not None, "its case was just gathered"
    texts = [*_texts(incident, case.moments, case.actions), *(what for what, _ in case.links)]
    spoken = spoken_of(texts, _others(tx, incident, set(case.people)))
    case = replace(case, bystanders=spoken)
    return replace(case, proposed=proposed_wording(tx, incident_id, case))


def incident_case(tx: Tx, incident_id: int, *, helped: bool = False) -> Case:
    """Return the case of an incident for those who may know its people, without looking for names in what was said.

    With *helped* it says what helped in similar ones. Raise LookupError when there is no such row.
    """
    incident = incident_by_id(tx.db, incident_id)
    if incident is None:
        raise LookupError(f"no incident row {incident_id}")
    recorded, altered = proven_timeline(tx, incident)
    moments = folded(recorded)
    postmortem, held = postmortem_of(tx.db, incident_id), holders(tx.db, incident_id)
    actions = actions_of(tx.db, incident_id)
    owners = {item.owner for item in actions} | {postmortem.owner if postmortem else None}
    actors = {moment.actor for moment in moments} | {moment.facts.get("person") for moment in moments}
    refs = {ref for ref in participants(tx.db, incident_id) | set(held.values()) | owners | actors if ref}
    other = incident_by_id(tx.db, incident.joined_to_id) if incident.joined_to_id else None
    related = [(f"{incident.link} {other.key}" if other else "", None)] if other else []
    related += [(f"{each.link} {each.key}", None) for each in joined_to(tx.db, incident_id)]
    related += [(each, None) for each in _seen(tx, incident, helped=helped)]
    return Case(
        key=incident.key,
        title=incident.title,
        severity=incident.severity,
        status=incident.status,
        opened_at=incident.opened_at,
        resolved_at=incident.resolved_at,
        impact=incident.impact,
        test=incident.test,
        private=incident.private,
        moments=moments,
        roles=held,
        people={who.ref: [who.account, *names_of(tx, who)] for who in people(tx.db, refs)},
        actions=actions,
        links=related,
        tickets={ticket.number: ticket.key for ticket in filed_tickets(tx.db, incident_id) if ticket.key},
        altered=altered,
        step_minutes={run.checklist_id: _minutes(run.definition) for run in runs_of(tx.db, incident_id)},
        owner=postmortem.owner if postmortem else None,
        due_at=postmortem.due_at if postmortem else None,
        team=team_of(tx.rules.teams, incident).name,
        slack_url=url_of(tx.db, incident.workspace_id),
    )


def _others(tx: Tx, incident: Incident, refs: set[str]) -> dict[str, list[str]]:
    """Return the names of everyone in the workspace but those who took part."""
    return {ref: names for ref, names in everyone_named(tx, incident.workspace_id).items() if ref not in refs}


def _texts(incident: Incident, moments: Sequence[Moment], actions: Sequence[ActionItem]) -> Iterator[str]:
    """Yield everything that people wrote of an incident."""
    yield f"{incident.title} {incident.impact or ''}"
    for moment in moments:
        yield " ".join([moment.text or "", *(str(value) for value in moment.facts.values())])
        yield from (said or "" for said in moment.history)
    for item in actions:
        yield f"{item.title} {item.done_when or ''}"


def _seen(tx: Tx, incident: Incident, *, helped: bool) -> Iterator[str]:
    """Yield what was alike, and with *helped* what helped then, in short, for which postmortems have to be opened."""
    for past in similar_incidents(tx, incident):
        help_ = shortened(what_helped(tx, past.id or 0), HELPED) if helped else ""
        yield f"seen before: {past.key} {past.title}" + (f". What helped: {help_}" if help_ else "")


def _minutes(definition: str) -> dict[str, int]:
    steps = json.loads(definition)["steps"]
    return {step["id"]: step["by_minute"] for step in steps if step.get("by_minute") is not None}
