"""What waits in each lane, at a shell and for Prometheus, and giving a workspace a share of its own."""

from datetime import timedelta

import pytest

from bot.errors import Refused
from bot.flows.lanes import Waiting, give_share, lanes
from bot.flows.promise import promise
from bot.flows.tx import Tx
from store.types import Lane
from store.workspaces import home_workspace
from tests.home import Home


def given(tx: Tx) -> None:
    for team, count in (("T1", 5), ("T2", 2)):
        workspace = home_workspace(tx.db, team)
        for _ in range(count):
            promise(tx, "slack.tell", workspace_id=workspace)
    promise(tx, "slack.digest", workspace_id=workspace, lane=Lane.BATCH)


async def test_each_lane_says_whose_how_much_how_long_and_what_share(home: Home) -> None:
    await home.do(given)
    await home.do(give_share, "T1", 3.0, True)
    home.clock.pass_(seconds=90)
    assert await home.read(lanes) == [
        Waiting(Lane.BATCH, 2, 1, timedelta(seconds=90), 1.0, isolated=False),
        Waiting(Lane.INTERACTIVE, 1, 5, timedelta(seconds=90), 0.75, isolated=True),
        Waiting(Lane.INTERACTIVE, 2, 2, timedelta(seconds=90), 0.25, isolated=False),
    ]


async def test_a_share_that_cannot_be_is_refused(home: Home) -> None:
    await home.do(given)
    with pytest.raises(Refused, match=r"0\.1 to 100"):
        await home.do(give_share, "T1", 0.0, False)
    with pytest.raises(Refused, match="no workspace T9"):
        await home.do(give_share, "T9", 1.0, False)
