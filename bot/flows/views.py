"""What doors show of an incident: read-only, as it is now."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.core.alerts import ACCOUNT
from bot.core.checklists import Checklist, from_snapshot
from bot.core.roles import COMMANDER
from bot.core.timeline import Moment, folded
from bot.flows.asked import onlooker
from bot.flows.record import read_texts, read_timeline
from bot.flows.tx import Request, Tx
from store.actions import ActionItem, actions_of
from store.attempts import Attempt, attempts_at
from store.checklists import ChecklistRun, StepRun, run_by_id, runs_of, steps_of
from store.conflicts import count_conflicts
from store.effects import Effect, count_dead, effect_by_id, effects_in
from store.incidents import (
    Incident,
    incident_by_channel,
    incident_by_id,
    incident_by_number,
    joined_to,
    participants,
    taking_part,
    visible_incidents,
)
from store.living import LivingMessage, living_of
from store.people import accounts
from store.postmortems import Postmortem, postmortem_of
from store.roles import holders
from store.tickets import Ticket, tickets_of
from store.timeline import revisions_of
from store.types import EffectState, EntryKind
from store.workspaces import find_workspace

PEOPLE_IN_FACTS = ("person", "before", "owner", "marked_by")  # where facts refer to somebody besides the actor


@dataclass(frozen=True, slots=True)
class IncidentView:
    """An incident with everything around it. People are accounts here, ready to be mentioned or named.

    ``holders`` maps roles to accounts, the demanded roles first; ``vacant`` are the demanded ones nobody has taken.
    ``tickets`` are by the number of their action item; ``unfiled`` are the promises of those that Jira refused,
    ``undecided`` how many rows of diverged tables an item leaves to people.
    """

    incident: Incident
    people: dict[str, str]
    holders: dict[str, str]
    vacant: tuple[str, ...]
    announced: bool
    joined_to: Incident | None
    joined_here: tuple[Incident, ...]
    actions: tuple[ActionItem, ...]
    tickets: Mapping[int, Ticket]
    unfiled: Mapping[int, Effect]
    undecided: Mapping[int, int]
    postmortem: Postmortem | None
    failed: int
    living: Mapping[str, LivingMessage]

    @property
    def commander(self) -> str:
        """The account of whoever leads; "" while nobody does, as in what alerts opened."""
        declarer = self.people.get(self.incident.declared_by, "")
        return self.holders.get(COMMANDER) or ("" if declarer.startswith(f"{ACCOUNT}:") else declarer)


@dataclass(frozen=True, slots=True)
class ChecklistView:
    """A checklist run with its definition and its steps; ``notes`` are the latest words at each position."""

    incident: Incident
    run: ChecklistRun
    checklist: Checklist
    steps: tuple[StepRun, ...]
    people: dict[str, str]
    notes: dict[int, str]

    @property
    def settled(self) -> int:
        """How many steps are settled."""
        return sum(step.settled_at is not None for step in self.steps)

    @property
    def in_hand(self) -> StepRun | None:
        """The step people are at, or None when all are settled."""
        return next((step for step in self.steps if step.settled_at is None), None)


def incident_view(tx: Tx, incident_id: int) -> IncidentView | None:
    """Return an incident with everything around it, or None when there is no such row."""
    incident = incident_by_id(tx.db, incident_id)
    if incident is None:
        return None
    held = holders(tx.db, incident_id)
    actions = tuple(actions_of(tx.db, incident_id))
    refs = participants(tx.db, incident_id) | set(held.values()) | {action.owner for action in actions if action.owner}
    postmortem = postmortem_of(tx.db, incident_id)
    refs |= {postmortem.owner} if postmortem and postmortem.owner else set()
    people = accounts(tx.db, refs | {incident.declared_by})
    demand = tx.rules.demands[incident.severity]
    order = [*demand.roles, *sorted(set(held) - set(demand.roles))]
    return IncidentView(
        incident=incident,
        people=people,
        holders={role: people[held[role]] for role in order if held.get(role) in people},
        vacant=tuple(role for role in demand.roles if held.get(role) not in people),
        announced=not incident.private and not incident.test and demand.announced,
        joined_to=incident_by_id(tx.db, incident.joined_to_id) if incident.joined_to_id else None,
        joined_here=tuple(joined_to(tx.db, incident_id)),
        actions=actions,
        tickets=tickets_of(tx.db, incident_id) if actions else {},
        unfiled=_unfiled(tx, incident_id) if actions else {},
        undecided=_undecided(tx, incident_id) if actions else {},
        postmortem=postmortem,
        failed=count_dead(tx.db, incident_id),
        living=living_of(tx.db, incident_id),
    )


def _undecided(tx: Tx, incident_id: int) -> dict[int, int]:
    return {number: left for number, (_, left) in count_conflicts(tx.db, incident_id).items() if left}


def _unfiled(tx: Tx, incident_id: int) -> dict[int, Effect]:
    dead = effects_in(tx.db, EffectState.DEAD, incident_id)
    return {effect.args["number"]: effect for effect in dead if effect.kind == "jira.ticket"}


def checklist_view(tx: Tx, run_id: int) -> ChecklistView | None:
    """Return a checklist run, or None when there is no such row."""
    run = run_by_id(tx.db, run_id)
    incident = incident_by_id(tx.db, run.incident_id) if run else None
    if run is None or incident is None:
        return None
    steps = tuple(steps_of(tx.db, run_id))
    refs = {ref for step in steps for ref in (step.assignee, step.settled_by) if ref}
    wanted = {step.entry_seq: step.position for step in steps if step.entry_seq is not None}
    texts = read_texts(tx, incident.id or 0, set(wanted)) if wanted else {}
    return ChecklistView(
        incident=incident,
        run=run,
        checklist=from_snapshot(json.loads(run.definition)),
        steps=steps,
        people=accounts(tx.db, refs),
        notes={wanted[seq]: text for seq, text in texts.items()},
    )


def checklist_views(tx: Tx, incident_id: int) -> list[ChecklistView]:
    """Return an incident's checklist runs, oldest first."""
    found = (checklist_view(tx, run.id or 0) for run in runs_of(tx.db, incident_id))
    return [view for view in found if view is not None]


@dataclass(frozen=True, slots=True)
class EffectView:
    """A promised effect, the account of the person it concerns, if any, and the attempts that are kept of it."""

    effect: Effect
    person: str | None
    attempts: Sequence[Attempt]


def effect_view(tx: Tx, effect_id: int) -> EffectView | None:
    """Return an effect, or None when there is no such row."""
    effect = effect_by_id(tx.db, effect_id)
    if effect is None:
        return None
    ref = effect.args.get("person")
    person = accounts(tx.db, {ref}).get(ref) if ref else None
    return EffectView(effect, person, attempts_at(tx.db, effect_id))


def failures(tx: Tx, incident_id: int) -> list[EffectView]:
    """Return what could not be delivered in an incident, the oldest first."""
    dead = (effect_view(tx, effect.id or 0) for effect in effects_in(tx.db, EffectState.DEAD, incident_id))
    return [view for view in dead if view is not None]


def entry_text(tx: Tx, incident_id: int, seq: int) -> str:
    """Return the latest text of one entry, opened; empty when it has none."""
    revisions = revisions_of(tx.db, incident_id, seq)
    numbers = [number for number, kind, _ in revisions if kind is not EntryKind.WITHDRAWAL]
    texts = read_texts(tx, incident_id, set(numbers))
    return next((texts[number] for number in reversed(numbers) if number in texts), "")


def account_of(tx: Tx, ref: str) -> str | None:
    """Return the account behind a reference, or None when they were erased."""
    return accounts(tx.db, {ref}).get(ref)


def incident_id_of(tx: Tx, key: str, team: str | None = None) -> int | None:
    """Return the row id of the incident that people call INC-7, or None."""
    digits = key.upper().removeprefix("INC-")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 9:
        return None
    incident = incident_by_number(tx.db, find_workspace(tx.db, team) or 0, int(digits))
    return incident.id if incident else None


def workspace_of(tx: Tx, team: str) -> int | None:
    """Return the row id of a Slack workspace, or None."""
    return find_workspace(tx.db, team)


@dataclass(frozen=True, slots=True)
class TimelineView:
    """A timeline by when things happened, each with its latest words, and the accounts of its people."""

    incident: Incident
    moments: tuple[Moment, ...]
    people: dict[str, str]


def timeline_view(tx: Tx, incident_id: int) -> TimelineView | None:
    """Return an incident's timeline, opened, or None when there is no such row."""
    incident = incident_by_id(tx.db, incident_id)
    if incident is None:
        return None
    moments = tuple(folded(read_timeline(tx, incident_id)))
    refs = {moment.actor for moment in moments} | {
        moment.facts.get(fact) for moment in moments for fact in PEOPLE_IN_FACTS
    }
    return TimelineView(incident, moments, accounts(tx.db, {ref for ref in refs if ref}))


def seen_by(tx: Tx, request: Request) -> list[Incident]:
    """Return the newest incidents that whoever asks may see."""
    workspace_id, viewer = onlooker(tx, request)
    return visible_incidents(tx.db, workspace_id, viewer)


def visible(tx: Tx, viewer: str | None, team: str | None = None, *, live: bool = False) -> list[Incident]:
    """Return the newest incidents that a person may see, by reference; without one, those that are not private."""
    return visible_incidents(tx.db, find_workspace(tx.db, team) or 0, viewer, live=live)


def captures_for(tx: Tx, request: Request) -> list[Incident]:
    """Return the open incidents that whoever asks may add to: those they take part in first, the newest first."""
    workspace_id, viewer = onlooker(tx, request)
    part = taking_part(tx.db, viewer) if viewer else set()
    live = visible_incidents(tx.db, workspace_id, viewer, live=True)
    return sorted(live, key=lambda incident: incident.id not in part)


def is_incident_channel(tx: Tx, channel_id: str) -> bool:
    """Whether this is some incident's channel."""
    return incident_by_channel(tx.db, channel_id) is not None
