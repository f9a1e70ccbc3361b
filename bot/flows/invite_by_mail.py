"""Invite to a review by mail: one message for each person, brought up to date when it moves, and taken back."""

from dataclasses import dataclass
from datetime import datetime

from bot.flows.promise import promise
from bot.flows.tx import Tx
from store.incidents import Incident, incident_by_id, participants
from store.people import accounts
from store.reviews import Review, review_of
from store.types import Lane


@dataclass(frozen=True, slots=True)
class Invitation:
    """Whom to invite to what: the *account* that it is for, those of everyone invited, and whether it takes place."""

    incident: Incident
    review: Review
    account: str
    everyone: tuple[str, ...]

    @property
    def cancelled(self) -> bool:
        return self.review.called_off_at is not None

    @property
    def said_at(self) -> datetime:
        """When it was booked or called off last: the later message counts for a calendar."""
        return self.review.called_off_at or self.review.booked_at


def invite_by_mail(tx: Tx, incident: Incident, review: Review) -> None:
    """Promise a message to everyone who took part and to who leads it, if there is a server for mail."""
    if not tx.rules.homes.mail or incident.test:
        return
    tx.db.flush()
    for ref in sorted(_invited(tx, incident, review)):
        promise(
            tx,
            "mail.invitation",
            workspace_id=incident.workspace_id,
            incident_id=incident.id,
            args={"person": ref},
            order_key=f"mail:{incident.id}:{ref}",
            merge_key=f"mail.invitation:{incident.id}:{ref}",
            lane=Lane.BATCH,
        )


def invitation_case(tx: Tx, incident_id: int, ref: str) -> Invitation | None:
    """Return what one person is told of a review as it is now; None when there is none, or they are not in Slack."""
    incident, review = incident_by_id(tx.db, incident_id), review_of(tx.db, incident_id)
    if incident is None or review is None:
        return None
    known = accounts(tx.db, _invited(tx, incident, review) | {ref})
    if ref not in known:
        return None
    return Invitation(incident, review, known[ref], tuple(sorted(set(known.values()))))


def _invited(tx: Tx, incident: Incident, review: Review) -> set[str]:
    return participants(tx.db, incident.id or 0) | ({review.facilitator} if review.facilitator else set())
