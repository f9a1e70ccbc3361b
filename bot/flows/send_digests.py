"""Send each team its digest, once a week at the team's own time."""

from datetime import timedelta

from bot.core.teams import Team
from bot.flows.claim_slot import claim_slot
from bot.flows.digest_view import digest_view
from bot.flows.promise import promise
from bot.flows.tx import Tx
from store.slots import latest_day
from store.types import Lane
from store.workspaces import connected_workspaces

WORTH = timedelta(days=7)  # after its time, when nothing ran or nobody worked: until the next one is due


def send_digests(tx: Tx) -> int:
    """Promise the digest of every team whose slot is due, and return how many. A team with nothing to read gets none.

    One whose day is off, or that is late, comes when the team begins to work again.
    """
    return sum(_send(tx, team) for team in tx.rules.teams)


def _send(tx: Tx, team: Team) -> int:
    job = f"digest of {team.name}"
    if not team.calendar.works_at(tx.now) and latest_day(tx.db, job) is not None:
        return 0  # A new team's first digest is its next, so that it is new is written down at any hour.
    slot = claim_slot(tx, job, team.digest, team.calendar.zone, WORTH)
    if slot is None:
        return 0
    worth_reading = [id_ for id_ in connected_workspaces(tx.db) if digest_view(tx, id_, team, slot.since)]
    for workspace_id in worth_reading:
        args = {"team": team.name, "day": slot.day.isoformat(), "since": slot.since.isoformat()}
        promise(tx, "slack.digest", workspace_id=workspace_id, args=args, lane=Lane.BATCH)
    return len(worth_reading)
