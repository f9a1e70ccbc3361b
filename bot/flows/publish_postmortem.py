"""Move a postmortem on: edit it, have it reviewed, publish it, and have learned from it."""

from bot.core.front import as_published
from bot.core.teams import team_of
from bot.errors import Refused, Unfit
from bot.flows.asked import asker, incident_asked_for, incident_looked_at, once
from bot.flows.index_postmortem import index_postmortem
from bot.flows.promise import for_incident
from bot.flows.publish import publish
from bot.flows.publish_page import publish_outside
from bot.flows.record import record
from bot.flows.start_postmortem import start_postmortem
from bot.flows.take_note import optional_text
from bot.flows.tx import Request, Tx
from bot.flows.versions import LONGEST, add_version
from store.actions import actions_of
from store.incidents import Incident
from store.postmortems import Postmortem, postmortem_of, was_read
from store.types import ActionState, EntryKind, EventType, PostmortemState


def edit_postmortem(tx: Tx, request: Request, text: str, key: str | None = None) -> int:
    """Replace what the postmortem says, and return the number of the version. From then on no draft replaces it."""
    once(tx, request)
    incident, who = incident_asked_for(tx, request, key)
    number = add_version(tx, incident.id or 0, who, _checked(text))
    start_postmortem(tx, incident)
    publish(tx, incident, EventType.POSTMORTEM_UPDATED, what="version", version=number)
    return number


def publish_postmortem(
    tx: Tx, request: Request, text: str, findings: int, reason: str | None = None, key: str | None = None
) -> Incident:
    """Publish what the postmortem says, and tell its team. With *findings* of the checker it asks for the reason,
    which is kept on the timeline. Publishing again publishes the version of now."""
    once(tx, request)
    incident, who = incident_asked_for(tx, request, key)
    reason = optional_text(reason)
    if incident.live:
        raise Refused(f"{incident.key} is {incident.status}. Publish once it is over: /incident resolve")
    if findings and not reason:
        counted = "1 thing" if findings == 1 else f"{findings} things"
        raise Refused(f"The checker finds {counted} to look at. Mend them, or say why it is published all the same.")
    postmortem = start_postmortem(tx, incident)
    postmortem.published_at = postmortem.published_at or tx.now
    text = as_published(_checked(text), postmortem.published_at, incident.resolved_at)
    version = add_version(tx, incident.id or 0, who, text)
    facts = {"version": version, "findings": findings}
    _move(tx, incident, postmortem, PostmortemState.PUBLISHED, who, reason, **facts)
    index_postmortem(tx, incident)
    channel = team_of(tx.rules.teams, incident).channel
    for_incident(tx, incident, "slack.published", args={"channel": channel, "version": version}, order="published")
    publish_outside(tx, incident)
    return incident


def learn(tx: Tx, request: Request, key: str | None = None) -> Incident:
    """Say that the lessons of a published postmortem are done. Open action items stand against it."""
    once(tx, request)
    incident, who = incident_asked_for(tx, request, key)
    postmortem = start_postmortem(tx, incident)
    if postmortem.published_at is None:
        raise Refused(f"The postmortem of {incident.key} is not published yet. See it: /incident postmortem")
    undone = [str(item.number) for item in actions_of(tx.db, incident.id or 0) if item.state is ActionState.OPEN]
    if undone:
        raise Refused(f"Still open in {incident.key}: action items {', '.join(undone)}. Do or decline them first.")
    if postmortem.state is not PostmortemState.LEARNED:
        _move(tx, incident, postmortem, PostmortemState.LEARNED, who)
    return incident


def read_postmortem(tx: Tx, request: Request, key: str | None = None) -> None:
    """Count a reader, once. Who reads takes no part."""
    once(tx, request)
    incident_id = incident_looked_at(tx, request, key)
    was_read(tx.db, incident_id, asker(tx, request)[1])


def open_postmortem(tx: Tx, request: Request, key: str) -> None:
    """Count whoever opens a postmortem as a reader, once it is published."""
    found = postmortem_of(tx.db, incident_looked_at(tx, request, key))
    if found is not None and found.published_at is not None:
        read_postmortem(tx, request, key)


def to_review(tx: Tx, incident: Incident, postmortem: Postmortem, who: str) -> None:
    """Have a draft reviewed; what is further on stays there."""
    if postmortem.state is PostmortemState.DRAFT:
        _move(tx, incident, postmortem, PostmortemState.IN_REVIEW, who)


def _move(
    tx: Tx,
    incident: Incident,
    postmortem: Postmortem,
    state: PostmortemState,
    who: str,
    reason: str | None = None,
    **facts: int,
) -> None:
    before, postmortem.state = postmortem.state, state
    tx.db.add(postmortem)
    told = {"from": before, "to": state, **facts}
    record(tx, incident.id or 0, EntryKind.POSTMORTEM_STATE, actor=who, text=reason, facts=told)
    publish(tx, incident, EventType.POSTMORTEM_UPDATED, what="state", state=state)


def _checked(text: str) -> str:
    if not text.strip():
        raise Unfit("There is nothing in it. Write the postmortem in Markdown.")
    if len(text) > LONGEST:
        raise Unfit(f"It is longer than {LONGEST:,} characters. Move what is long behind a link.")
    return text
