"""All that the editor of a postmortem shows beside its text, gathered in one read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.core.named import called
from bot.flows.comment import Comment, comments
from bot.flows.meet import names_of
from bot.flows.named_case import named_case
from bot.flows.tx import Tx
from store.incidents import Incident, incident_by_id, participants
from store.people import active_people, people
from store.postmortems import Postmortem, count_readers, count_versions, postmortem_of
from store.reviews import Review, review_of

MOST_OFFERED = 200  # people to choose an owner from; of more, those who take part are offered
LONGEST_WORDS = 120  # characters of an entry that are shown to choose it by


@dataclass(frozen=True, slots=True)
class EditorPage:
    """A postmortem and what became of it; one that nobody started has no owner and no date.

    ``people`` are (account, name) of those who could own it. ``decides`` is whether the one who looks owns it, and so
    takes suggestions or declines them.
    """

    incident: Incident
    postmortem: Postmortem
    owner: str | None
    owner_account: str | None
    people: Sequence[tuple[str, str]]
    decides: bool
    readers: int
    versions: int
    review: Review | None
    comments: Sequence[Comment]


def editor_page(tx: Tx, incident_id: int, viewer: str | None) -> EditorPage:
    """Return what the editor shows. *viewer* is None at the machine itself, where one decides as the owner does."""
    incident, started = incident_by_id(tx.db, incident_id), postmortem_of(tx.db, incident_id)
    assert incident is not None
    postmortem = started or Postmortem(incident_id=incident_id, created_at=tx.now)
    refs = participants(tx.db, incident_id) | ({postmortem.owner} if postmortem.owner else set())
    others = [] if incident.private else active_people(tx.db, incident.workspace_id)
    refs |= set(others) if len(others) <= MOST_OFFERED else set()
    known = {who.ref: (who.account, called([who.account, *names_of(tx, who)])) for who in people(tx.db, refs)}
    account, owner = known.get(postmortem.owner or "", (None, None))
    return EditorPage(
        incident=incident,
        postmortem=postmortem,
        owner=owner,
        owner_account=account,
        people=sorted(known.values(), key=lambda one: one[1].casefold()),
        decides=viewer is None or postmortem.owner in (None, viewer),
        readers=count_readers(tx.db, incident_id),
        versions=count_versions(tx.db, incident_id),
        review=review_of(tx.db, incident_id),
        comments=comments(tx, incident_id),
    )


def entries_to_name(tx: Tx, incident_id: int) -> list[dict[str, Any]]:
    """Return the timeline's entries as they are chosen from: number, time, who, and the first words."""
    return [
        {"seq": row.seq, "when": row.when, "who": row.who, "what": row.what[:LONGEST_WORDS]}
        for row in named_case(tx, incident_id).rows()
        if row.seq is not None
    ]
