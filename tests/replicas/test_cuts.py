"""A PostgreSQL that goes away: what cannot have been committed is written again, what may have been never is."""

import pytest
from sqlalchemy import text

from bot.flows.tx import Tx
from store.db import Unsure
from store.requests import first_time
from tests.home import Home, a_home

SUICIDE = "SELECT pg_terminate_backend(pg_backend_pid())"
# A constraint that is looked at when a transaction commits, and ends its connection there.
DYING = f"""
    CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql
    AS 'BEGIN PERFORM {SUICIDE.removeprefix("SELECT ")}; RETURN NULL; END';
    CREATE CONSTRAINT TRIGGER dying AFTER INSERT ON request
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die();
"""


class Remembering:
    """A flow that writes one row and counts how often it ran. The first time it loses its connection."""

    def __init__(self) -> None:
        self.runs = 0

    def cut_once(self, tx: Tx) -> str:
        self.runs += 1
        first_time(tx.db, f"run {self.runs}", tx.now)
        if self.runs == 1:
            tx.db.connection().execute(text(SUICIDE))
        return "done"

    def plain(self, tx: Tx) -> str:
        self.runs += 1
        first_time(tx.db, "once", tx.now)
        return "done"


async def rows(home: Home) -> int:
    return int(await home.scalar("SELECT count(*) FROM request"))


async def test_a_flow_whose_connection_was_cut_before_the_commit_is_run_again(postgres_url: str) -> None:
    with a_home(postgres_url) as home:
        flow = Remembering()
        assert await home.do(flow.cut_once) == "done"
        assert (flow.runs, await rows(home)) == (2, 1)


async def test_a_flow_whose_connection_was_cut_in_the_commit_is_not_run_again(postgres_url: str) -> None:
    with a_home(postgres_url) as home:
        await home.sql(DYING)
        flow = Remembering()
        with pytest.raises(Unsure):
            await home.do(flow.plain)
        assert (flow.runs, await rows(home)) == (1, 0)


async def test_a_transaction_that_stands_still_is_ended_so_that_nobody_waits_for_a_frozen_process(
    postgres_url: str,
) -> None:
    with a_home(postgres_url) as home:
        silence = "SELECT setting, unit FROM pg_settings WHERE name = 'idle_in_transaction_session_timeout'"
        assert await home.scalar(silence) == "5000"
