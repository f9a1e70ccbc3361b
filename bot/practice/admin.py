"""`/practice/…`: people's acts, faults and a look around, for tests and benches in another process.

`POST /practice/slash {"user": …, "channel": …, "text": …}` is `practice.slash(user=…, channel=…, text=…)`, and so for
every act in `ACTS`. A refusal of the workspace is answered with 409, a wrong argument with 400.
"""

from collections.abc import Awaitable
from dataclasses import asdict
from typing import Protocol

from aiohttp import web

from bot.practice.clock import Movable
from bot.practice.refusal import Json, Refusal
from bot.practice.seen import Seen
from bot.practice.workspace import Workspace

PRESSES = {"press", "press_in_view", "press_home", "suggest", "submit", "close_view"}
MARKS = {"react", "unreact", "pin", "unpin"}
WORDS = {"slash", "shortcut", "open_home", "say", "edit", "delete"}
ROOMS = {"create", "join", "invite", "leave", "remove", "archive"}
REINS = {"deactivate", "fault", "reset", "disconnect", "drop", "idle"}
ACTS = PRESSES | MARKS | WORDS | ROOMS | REINS
SETTINGS = {"down", "duplicate_deliveries", "latency", "rate_limits", "deliver_to"}


class Driven(Protocol):
    """The workspace that is driven from outside; its acts and settings are found by name."""

    space: Workspace

    def state(self) -> Json: ...

    @property
    def calls(self) -> list[Json]: ...


class Admin:
    def __init__(self, practice: Driven) -> None:
        self._practice = practice

    async def act(self, request: web.Request) -> web.Response:
        name = request.match_info["act"]
        if name not in ACTS:
            return _answer({"error": f"there is no act {name!r}, only {', '.join(sorted(ACTS))}"}, 404)
        given = await request.json() if request.can_read_body else {}
        try:
            done = getattr(self._practice, name)(**given)
            if isinstance(done, Awaitable):
                done = await done
        except Refusal as refusal:
            return _answer(refusal.answer(), 409)
        except (LookupError, TypeError, ValueError) as mistake:
            return _answer({"error": str(mistake)}, 400)
        if isinstance(done, Seen):
            done = asdict(done) | {"ok": done.ok, "text": done.text, "blocks": done.blocks}
        return _answer({"result": done})

    async def set(self, request: web.Request) -> web.Response:
        """Change settings of the running workspace, such as `{"down": true}`."""
        given = await request.json()
        if unknown := set(given) - SETTINGS:
            return _answer({"error": f"there is no setting {', '.join(sorted(unknown))}"}, 400)
        for name, value in given.items():
            setattr(self._practice, name, value)
        return _answer({"result": given})

    async def state(self, _request: web.Request) -> web.Response:
        return _answer(self._practice.state())

    async def calls(self, _request: web.Request) -> web.Response:
        return web.json_response(self._practice.calls)

    async def clock(self, request: web.Request) -> web.Response:
        """Put the practice clock forward, if it is one that can be moved."""
        clock = self._practice.space.clock
        if not isinstance(clock, Movable):
            return _answer({"error": "this workspace runs on the real clock, which does not move"}, 409)
        clock.advance(float((await request.json())["advance_seconds"]))
        return _answer({"now": clock().timestamp()})


def _answer(body: Json, status: int = 200) -> web.Response:
    return web.json_response({"ok": status == 200} | body, status=status)
