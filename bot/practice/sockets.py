"""Socket Mode: the app dials in, and each envelope goes to one of its connections."""

import asyncio
import time
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from bot.practice.cast import APP_ID
from bot.practice.ids import new_id
from bot.practice.parcels import Ack, Attempt, Parcel
from bot.practice.refusal import Json

MOST_CONNECTIONS = 10
PING_EVERY = 15.0  # seconds
ENVELOPES = {"command": "slash_commands", "interactive": "interactive", "event": "events_api"}
Waiting = asyncio.Future[Json | None]


@dataclass(eq=False)
class Connection:
    """One connection and the envelopes on it that are not acknowledged yet."""

    socket: web.WebSocketResponse
    request: web.Request
    unacked: dict[str, Waiting] = field(default_factory=dict)


class SocketDoor:
    def __init__(self, patience: float) -> None:
        self._patience = patience
        self.connections: list[Connection] = []
        self._tickets: set[str] = set()
        self._arrival = asyncio.Event()
        self._turn = 0

    def ticket(self) -> str:
        """A word that opens one connection."""
        ticket = new_id("").lower()
        self._tickets.add(ticket)
        return ticket

    async def accept(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until either side ends it."""
        if request.match_info["ticket"] not in self._tickets:
            return web.Response(status=404, text="this Socket Mode address is used up; ask for a new one")
        self._tickets.discard(request.match_info["ticket"])
        socket = web.WebSocketResponse(heartbeat=PING_EVERY)
        await socket.prepare(request)
        if len(self.connections) >= MOST_CONNECTIONS:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets", "debug_info": {}})
            await socket.close()
            return socket
        connection = Connection(socket, request)
        self.connections.append(connection)
        try:
            await socket.send_json(self._hello())
            self._arrival.set()
            await self._listen(connection)
        finally:
            self._lose(connection)
        return socket

    def _hello(self) -> Json:
        debug = {"host": "practice", "build_number": 1, "approximate_connection_time": 18060}
        count = len(self.connections)
        return {"type": "hello", "num_connections": count, "debug_info": debug, "connection_info": {"app_id": APP_ID}}

    async def _listen(self, connection: Connection) -> None:
        async for frame in connection.socket:
            if frame.type is WSMsgType.TEXT and frame.data.startswith("{"):
                told = frame.json()
                waiting = connection.unacked.pop(told.get("envelope_id", ""), None)
                if waiting and not waiting.done():
                    waiting.set_result(told.get("payload") or {})

    def _lose(self, connection: Connection) -> None:
        self.connections.remove(connection)
        if not self.connections:
            self._arrival.clear()
        for waiting in connection.unacked.values():
            if not waiting.done():
                waiting.set_result(None)

    async def send(self, parcel: Parcel, attempt: Attempt) -> Ack:
        """Send one envelope and wait for its acknowledgement.

        An envelope whose connection is lost before that goes to another one. Events also wait for a connection to
        come; a command or a press with nobody connected fails at once, as in Slack.
        """
        started = time.monotonic()
        envelope = self._envelope(parcel, attempt)
        try:
            async with asyncio.timeout(self._patience):
                if parcel.kind == "event":
                    await self._arrival.wait()
                    started = time.monotonic()
                while self.connections:
                    body = await self._ask(self._next(), envelope)
                    if body is not None:
                        return Ack(200, body, time.monotonic() - started)
                    await asyncio.sleep(0)  # A connection that was cut leaves the list in a turn of its own.
                    again = envelope.get("retry_attempt", 0) + 1
                    envelope |= {"retry_attempt": again, "retry_reason": "connection_closed"}
        except TimeoutError:
            return Ack(
                None, {}, time.monotonic() - started, "operation_timeout" if self.connections else "dispatch_failed"
            )
        return Ack(None, {}, time.monotonic() - started, "dispatch_failed")

    def _envelope(self, parcel: Parcel, attempt: Attempt) -> Json:
        envelope: Json = {"envelope_id": new_id("").lower(), "type": ENVELOPES[parcel.kind], "payload": parcel.payload}
        envelope["accepts_response_payload"] = parcel.kind != "event"
        if parcel.kind == "event" or attempt.number:
            envelope |= {"retry_attempt": attempt.number, "retry_reason": attempt.reason and "timeout"}
        return envelope

    def _next(self) -> Connection:
        self._turn += 1
        return self.connections[self._turn % len(self.connections)]

    async def _ask(self, connection: Connection, envelope: Json) -> Json | None:
        """The app's answer to *envelope*, None if the connection is lost first."""
        waiting: Waiting = asyncio.get_running_loop().create_future()
        connection.unacked[envelope["envelope_id"]] = waiting
        try:
            await connection.socket.send_json(envelope)
            return await waiting
        except ConnectionError:
            return None
        finally:
            connection.unacked.pop(envelope["envelope_id"], None)

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Tell every connection that it is about to end (`warning`), or end it (any other *reason*)."""
        for connection in list(self.connections):
            frame = {"type": "disconnect", "reason": reason, "debug_info": {"host": "practice"}}
            await connection.socket.send_json(frame)
            if reason != "warning":
                await connection.socket.close()

    def drop(self) -> None:
        """Cut every connection without a word."""
        for connection in list(self.connections):
            if connection.request.transport:
                connection.request.transport.abort()

    async def close(self) -> None:
        for connection in list(self.connections):
            await connection.socket.close()
