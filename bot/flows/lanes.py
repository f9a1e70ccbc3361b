"""Lanes: what waits in each, whose it is, and what share of the turns they have."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from bot.core.fairness import LANES
from bot.errors import Refused
from bot.flows.tx import Tx
from store.claims import Queue, depth, queues
from store.types import Lane
from store.workspaces import Share, find_workspace, set_share, shares

MOST = 10_000  # effects of one queue that are counted; a backlog of millions must not make counting slow
PLAIN = Share(1.0, isolated=False)
WEIGHTS = (0.1, 100.0)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What one workspace has in one lane: how many could go, the age of the oldest, its share of the lane's turns."""

    lane: Lane
    workspace_id: int
    depth: int
    age: timedelta
    share: float
    isolated: bool


def lanes(tx: Tx) -> list[Waiting]:
    """Return who waits in each lane. Effects behind another of their line are not counted, nor more than 10,000."""
    own = shares(tx.db)
    of: defaultdict[tuple[Lane, int], list[Queue]] = defaultdict(list)
    for queue in queues(tx.db):
        of[queue.lane, queue.workspace_id].append(queue)
    weights = {speaker: own.get(speaker[1], PLAIN).weight for speaker in of}
    totals = {lane: sum(weight for (in_, _), weight in weights.items() if in_ is lane) for lane in LANES}
    return [
        Waiting(
            lane,
            workspace_id,
            sum(depth(tx.db, queue, MOST) for queue in found),
            max(timedelta(), tx.now - min(queue.due_at for queue in found)),
            weights[lane, workspace_id] / totals[lane],
            own.get(workspace_id, PLAIN).isolated,
        )
        for (lane, workspace_id), found in of.items()
    ]


def give_share(tx: Tx, team: str | None, weight: float, isolated: bool) -> int:
    """Say how many turns a workspace has where others have one, and whether it has room of its own. Return its id."""
    if not WEIGHTS[0] <= weight <= WEIGHTS[1]:
        raise Refused("A weight is a number from 0.1 to 100; 1 is what everybody has.")
    workspace_id = find_workspace(tx.db, team)
    if workspace_id is None:
        raise Refused(f"There is no workspace {team}. Its id is in Slack: it begins with T.")
    set_share(tx.db, workspace_id, Share(weight, isolated))
    return workspace_id
