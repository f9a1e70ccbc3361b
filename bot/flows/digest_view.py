"""What a team reads once a week: what it owes, what nobody has taken, what it finished, and what it learned once."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from bot.core.sections import SECTIONS
from bot.core.teams import Team, team_of
from bot.core.versions import passage
from bot.flows.tx import Tx
from bot.flows.versions import latest_text
from store.actions import team_actions
from store.incidents import Incident
from store.people import accounts
from store.postmortems import published_postmortems, team_postmortems
from store.reviews import team_reviews
from store.types import ActionState

AHEAD = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is due, or was done. ``about`` names it to a button; ``owner`` is an account."""

    kind: Literal["postmortem", "action_item", "review", "lesson"]
    incident: Incident
    text: str
    due_on: date
    owner: str | None
    about: str


@dataclass(frozen=True, slots=True)
class Digest:
    """A team's week. Within each part the longest overdue comes first; each thing is in one part only."""

    team: Team
    today: date
    overdue: tuple[Line, ...]
    due: tuple[Line, ...]
    ownerless: tuple[Line, ...]
    reviews: tuple[Line, ...]
    done: tuple[Line, ...]
    lesson: Line | None

    def __bool__(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.overdue or self.due or self.ownerless or self.reviews or self.done)


def digest_of(tx: Tx, workspace_id: int, name: str, since: datetime) -> Digest | None:
    """Return the digest of the team that goes by a name in the settings, or None when none does."""
    team = next((team for team in tx.rules.teams if team.name == name), None)
    return digest_view(tx, workspace_id, team, since) if team else None


def digest_view(tx: Tx, workspace_id: int, team: Team, since: datetime) -> Digest:
    """Return what a team owes now and finished *since*. Private incidents and tests are left out."""
    today = team.calendar.day_of(tx.now)
    lines, done = _postmortems(tx, workspace_id, team, tx.now + AHEAD), list[Line]()
    actions = [pair for pair in team_actions(tx.db, workspace_id, since) if team_of(tx.rules.teams, pair[1]) == team]
    people = accounts(tx.db, {item.owner for item, _ in actions if item.owner})
    for item, incident in actions:
        owner = people.get(item.owner or "")
        line = Line("action_item", incident, item.title, item.due_on, owner, f"{incident.key} {item.number}")
        (lines if item.state is ActionState.OPEN else done).append(line)
    lines.sort(key=lambda line: line.due_on)
    owned = [line for line in lines if line.owner is not None]
    return Digest(
        team=team,
        today=today,
        overdue=tuple(line for line in owned if line.due_on < today),
        due=tuple(line for line in owned if today <= line.due_on < today + AHEAD),
        ownerless=tuple(line for line in lines if line.owner is None),
        reviews=tuple(_reviews(tx, workspace_id, team)),
        done=tuple(done),
        lesson=_lesson(tx, workspace_id, team, today),
    )


def _postmortems(tx: Tx, workspace_id: int, team: Team, until: datetime) -> list[Line]:
    found = [
        (postmortem, incident)
        for postmortem, incident in team_postmortems(tx.db, workspace_id, until)
        if team_of(tx.rules.teams, incident) == team
    ]
    people = accounts(tx.db, {postmortem.owner for postmortem, _ in found if postmortem.owner})
    lines = []
    for postmortem, incident in found:
        assert postmortem.due_at is not None
        day = team.calendar.day_of(postmortem.due_at)
        owner = people.get(postmortem.owner or "")
        lines.append(Line("postmortem", incident, "Postmortem", day, owner, incident.key))
    return lines


def _reviews(tx: Tx, workspace_id: int, team: Team) -> list[Line]:
    """Return the reviews of the week to come; who leads each stands as its owner."""
    found = [
        (review, incident)
        for review, incident in team_reviews(tx.db, workspace_id, tx.now, tx.now + AHEAD)
        if team_of(tx.rules.teams, incident) == team
    ]
    people = accounts(tx.db, {review.facilitator for review, _ in found if review.facilitator})
    lines = []
    for review, incident in found:
        leads = people.get(review.facilitator or "")
        lines.append(Line("review", incident, "Review", team.calendar.day_of(review.at), leads, incident.key))
    return lines


def _lesson(tx: Tx, workspace_id: int, team: Team, today: date) -> Line | None:
    """Return a lesson of a published postmortem, another each week; None when none was written."""
    published = published_postmortems(tx.db, workspace_id)
    mine = [(postmortem, incident) for postmortem, incident in published if team_of(tx.rules.teams, incident) == team]
    week = today.toordinal() // 7
    for turn in range(len(mine)):
        postmortem, incident = mine[(week + turn) % len(mine)]
        text = passage(latest_text(tx, incident.id or 0) or "", SECTIONS["lessons"])
        if text and not text.endswith("?") and postmortem.published_at is not None:  # An open question is no lesson.
            return Line("lesson", incident, text, team.calendar.day_of(postmortem.published_at), None, incident.key)
    return None
