"""The browser page's protocol: a snapshot when a page connects, then every change; what the person does comes back."""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from bot.practice.acting import COMMAND, Acting
from bot.practice.cast import APP_ID, BOT_ID, BOT_NAME, BOT_USER, TEAM_ID, TEAM_NAME
from bot.practice.clock import Movable
from bot.practice.refusal import Json, Refusal
from bot.practice.workspace import Channel, Workspace

Queue = asyncio.Queue[str]


@dataclass(eq=False)
class Page:
    """One browser page and the updates it has not been sent yet."""

    user: str
    updates: Queue = field(default_factory=Queue)


class Pages:
    """All the open pages. `tell` reaches those whose person may see the change."""

    def __init__(self, acting: Acting, commands: list[Json]) -> None:
        self._acting = acting
        self._commands = commands
        self._pages: list[Page] = []
        self._sockets: set[web.WebSocketResponse] = set()

    @property
    def _space(self) -> Workspace:
        return self._acting.space

    def tell(self, update: Json, channel: Channel | None, user: str | None) -> None:
        told = [page for page in self._pages if user in (None, page.user)]
        told = [page for page in told if channel is None or channel.visible_to(page.user)]
        if told:
            text = json.dumps(update)
            for page in told:
                page.updates.put_nowait(text)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve one page until it goes. Without `?user=` the first of the cast is acting."""
        user = request.query.get("user") or next(iter(self._space.people))
        if user not in self._space.people:
            return web.Response(status=404, text=f"nobody here has the id {user}")
        socket = web.WebSocketResponse(heartbeat=30.0)
        await socket.prepare(request)
        page = Page(user)
        self._pages.append(page)
        self._sockets.add(socket)
        page.updates.put_nowait(json.dumps(self.snapshot(user)))
        writing = asyncio.create_task(_write(socket, page.updates))
        try:
            await self._listen(socket, user)
        finally:
            self._pages.remove(page)
            self._sockets.discard(socket)
            writing.cancel()
            with contextlib.suppress(asyncio.CancelledError, ConnectionError):
                await writing
        return socket

    async def _listen(self, socket: web.WebSocketResponse, user: str) -> None:
        async with asyncio.TaskGroup() as acts:
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    acts.create_task(self._act(user, frame.json()))

    async def _act(self, user: str, told: Json) -> None:
        act = ACTS.get(told.get("type", ""))
        try:
            if act is None:
                raise LookupError(f"the workspace does not know {told.get('type')!r}")
            done = act(self._acting, user, told)
            if isinstance(done, Awaitable):
                await done
        except (Refusal, LookupError, TypeError) as trouble:
            text = f"Slack refused that: {trouble}" if isinstance(trouble, Refusal) else f"That did not work: {trouble}"
            self.tell({"type": "toast", "text": text}, None, user)

    def snapshot(self, user: str) -> Json:
        space = self._space
        seen = [channel for channel in space.channels.values() if channel.visible_to(user)]
        private: Json = {}
        for message in space.ephemerals.get(user, []):
            private.setdefault(message["channel"], []).append(message)
        return {
            "type": "snapshot",
            "me": user,
            "people": [person.as_page() for person in space.people.values()],
            "bot": {"id": BOT_ID, "user_id": BOT_USER, "name": BOT_NAME, "app_id": APP_ID},
            "team": {"id": TEAM_ID, "name": TEAM_NAME},
            "channels": [channel.as_page(user) for channel in seen],
            "messages": {channel.id: [one for _ts, one in sorted(channel.messages.items())] for channel in seen},
            "ephemerals": private,
            "home": space.homes.get(user),
            "views": space.stacks.get(user, []),
            "commands": self._commands,
            "clock": "movable" if isinstance(space.clock, Movable) else "real",
            "now": space.clock().timestamp(),
        }

    async def close(self) -> None:
        for socket in list(self._sockets):
            await socket.close()


async def _write(socket: web.WebSocketResponse, updates: Queue) -> None:
    while True:
        await socket.send_str(await updates.get())


def _slash(acting: Acting, user: str, told: Json) -> Awaitable[object]:
    return acting.slash(user, told["channel"], told.get("text", ""), told.get("command", COMMAND))


def _press(acting: Acting, user: str, told: Json) -> Awaitable[object]:
    """Press what the page says was pressed. What was picked comes in Slack's own form, in the action."""
    action = told["action"]
    value = action.get("value") if action["type"] == "button" else action
    more = {"block_id": action.get("block_id"), "state": (told.get("state") or {}).get("values")}
    if told.get("view_id"):
        return acting.press_in_view(user, action["action_id"], value, view_id=told["view_id"], **more)
    return acting.press(user, told["channel"], told["ts"], action["action_id"], value, **more)


def _read(acting: Acting, user: str, told: Json) -> None:
    channel = acting.space.channel(told["channel"])
    channel.last_read[user] = max(channel.messages, default="")
    acting.space.tell_pages({"type": "channel", "channel": channel.as_page(user)}, None, user)


def _on_message(name: str, *more: str) -> Callable[[Acting, str, Json], Any]:
    """An act on a message: the method *name*, with the arguments *more* beside channel and ts."""

    def act(acting: Acting, user: str, told: Json) -> Any:
        return getattr(acting, name)(user, told["channel"], told["ts"], *(told[key] for key in more))

    return act


ACTS: dict[str, Callable[[Acting, str, Json], Any]] = {
    "slash": _slash,
    "press": _press,
    "submit": lambda acting, user, told: acting.submit(user, told["view_id"], told.get("values")),
    "close_view": lambda acting, user, told: acting.close_view(user, told.get("view_id")),
    "shortcut": lambda acting, user, told: acting.shortcut(
        user, told["callback_id"], told.get("channel"), told.get("ts")
    ),
    "say": lambda acting, user, told: acting.say(user, told["channel"], told["text"], told.get("thread_ts")),
    "edit": _on_message("edit", "text"),
    "delete": _on_message("delete"),
    "react": _on_message("react", "name"),
    "unreact": _on_message("unreact", "name"),
    "pin": _on_message("pin"),
    "unpin": _on_message("unpin"),
    "open_home": lambda acting, user, _told: acting.open_home(user),
    "join": lambda acting, user, told: acting.join(user, told["channel"]),
    "leave": lambda acting, user, told: acting.leave(user, told["channel"]),
    "read": _read,
}
