"""Measuring: once an incident is over, again when its timeline grew, and without a word that anybody wrote."""

import json

from sqlalchemy import text

from bot.core.marks import Mark, points
from bot.core.measures import MARKS
from bot.flows.change_status import change_status
from bot.flows.measure import measure_incidents
from bot.flows.postmortem_case import postmortem_case
from bot.flows.take_note import take_note
from bot.flows.tx import Tx
from store.types import Status
from tests.home import BO, Home


def kept(tx: Tx) -> dict[str, object]:
    """Return the one row that there is."""
    return dict(tx.db.execute(text("SELECT * FROM measure")).mappings().one())


async def test_an_incident_is_measured_once_it_is_over_and_again_when_its_timeline_grew(home: Home) -> None:
    key = await home.open("checkout is down")
    assert await home.do(measure_incidents) == 0
    home.clock.pass_(minutes=7)
    await home.do(take_note, home.request(BO), "alert fired: no runbook for the Zanzibar pool", key)
    home.clock.pass_(minutes=20)
    await home.do(change_status, home.request(BO), Status.RESOLVED, key=key)
    assert [await home.do(measure_incidents), await home.do(measure_incidents)] == [1, 0]
    row = await home.read(kept)
    marks = points(await home.read(postmortem_case, 1))
    opened = (await home.incident(key)).opened_at
    for mark in MARKS:
        told = round((marks[mark].at - opened).total_seconds()) if mark in marks else None
        assert row[f"{mark.name.lower()}_s"] == told
    assert Mark.DETECTED in marks
    assert "no runbook or documentation" in json.loads(str(row["themes"]))
    assert "zanzibar" not in str(row).casefold()
    assert sorted(map(len, json.loads(str(row["acts"])).values())) == [1, 2]
    await home.do(take_note, home.request(BO), "it was the pool", key)
    assert await home.do(measure_incidents) == 1
    assert (await home.read(kept))["entries"] == (await home.incident(key)).entry_count
