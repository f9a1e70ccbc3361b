"""A process that answers a program and is killed: `python -m tests.web.api.dying URL KEYRING`.

It has committed one answer and told nobody, and is within another when it dies: all is written, nothing committed.
"""

import os
import signal
import sys
from pathlib import Path

from bot.core.access import SCOPES, Viewer
from bot.flows.answer_once import Told, answer_once, once_for
from bot.flows.open_incident import open_incident
from bot.flows.tx import Request, Tx
from bot.keyring import load
from store.types import WebRole
from tests.home import ANA, a_home

VIEWER = Viewer(1, None, ANA, "T1", WebRole.ADMIN, SCOPES[WebRole.ADMIN], "token", session="7")
ONCE = once_for(VIEWER, "open-1", b"POST /api/v1/incidents")
THEN = once_for(VIEWER, "open-2", b"POST /api/v1/incidents")


def opening(tx: Tx) -> Told:
    """Open an incident and say which."""
    return Told(201, open_incident(tx, Request(os.urandom(8).hex(), ANA, "T1"), "checkout is down").key)


def _dying(tx: Tx) -> Told:
    told = opening(tx)
    tx.db.flush()
    os.kill(os.getpid(), signal.SIGKILL)
    return told


def main(url: str, keyring: Path) -> None:
    """Answer, and die."""
    with a_home(url, keyring=load(str(keyring))) as home:
        home.house.do_now(answer_once, ONCE, "", opening)
        home.house.do_now(answer_once, THEN, "", _dying)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
