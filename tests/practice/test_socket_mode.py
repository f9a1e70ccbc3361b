"""Socket Mode: one connection gets each envelope, and what is not acknowledged comes again."""

import asyncio

import aiohttp

from bot.practice.clock import MovableClock
from bot.practice.server import Practice
from tests.practice.app import SocketApp, eventually

ANA = "U0ANA0001"


async def test_envelopes_take_turns_on_the_connections(practice: Practice, app: SocketApp) -> None:
    await app.connect()
    heard: list[int] = []
    for number, client in enumerate(app.clients):

        async def note(message: aiohttp.WSMessage, number: int = number) -> None:
            if "envelope_id" in message.json():
                heard.append(number)

        client.on_message_listeners.append(note)
    for _ in range(4):
        await practice.slash(ANA, "general", "help")
    assert sorted(heard) == [0, 0, 1, 1]
    assert len(app.requests) == 4


async def test_hello_counts_the_connections_and_an_eleventh_is_turned_away(practice: Practice) -> None:
    async with aiohttp.ClientSession() as session:
        sockets = [await session.ws_connect(practice.space.socket_url()) for _ in range(11)]
        greetings = [await socket.receive_json() for socket in sockets]
        assert [greeting.get("num_connections") for greeting in greetings[:10]] == list(range(1, 11))
        assert greetings[10]["reason"] == "too_many_websockets"


async def test_an_address_opens_one_connection(practice: Practice) -> None:
    url = practice.space.socket_url()
    async with aiohttp.ClientSession() as session:
        await session.ws_connect(url)
        async with session.get(url.replace("ws:", "http:")) as answer:
            assert answer.status == 404


async def test_an_envelope_whose_connection_is_lost_goes_to_another(practice: Practice, app: SocketApp) -> None:
    app.silent = True
    waiting = asyncio.create_task(practice.slash(ANA, "general", "help"))
    await eventually(lambda: app.requests)
    app.silent = False
    second = SocketApp(practice)
    await second.connect()
    await app.clients[0].close()
    assert (await waiting).ok
    assert second.requests[0].envelope_id == app.requests[0].envelope_id
    assert second.requests[0].retry_attempt == 1
    await second.close()


async def test_an_event_waits_for_the_app_to_connect(practice: Practice, room: str) -> None:
    practice.say(ANA, room, "are you there")
    app = SocketApp(practice)
    await app.connect()
    await eventually(lambda: app.events("message"))
    await app.close()


async def test_an_event_that_is_not_acknowledged_comes_again(clock: MovableClock) -> None:
    async with Practice(clock=clock, patience=0.2) as practice:
        practice.invite(ANA, "general", "U0FIRST05")
        practice.subscribed = {"message"}
        app = SocketApp(practice)
        await app.connect()
        await practice.idle()
        app.requests.clear()
        app.silent = True
        practice.say(ANA, "general", "listen")
        await eventually(lambda: len(app.requests) == 2)
        app.silent = False
        await practice.idle()
        clock.advance(60)
        await eventually(lambda: len(app.requests) == 3)
        await app.close()
    assert [request.retry_attempt for request in app.requests] == [0, 1, 2]
    assert len({request.payload["event_id"] for request in app.requests}) == 1


async def test_a_disconnect_makes_the_app_come_back(practice: Practice, app: SocketApp) -> None:
    first = practice.sockets.connections[0]
    await practice.disconnect("refresh_requested")
    await eventually(lambda: practice.sockets.connections and practice.sockets.connections[0] is not first)
    async with asyncio.timeout(5):
        while not (await practice.slash(ANA, "general", "help")).ok:  # noqa: ASYNC110
            await asyncio.sleep(0.01)  # the SDK may come back twice


async def test_a_doubled_delivery_reaches_the_app_twice(practice: Practice, app: SocketApp) -> None:
    practice.duplicate_deliveries = True
    await practice.slash(ANA, "general", "help")
    await eventually(lambda: len(app.requests) == 2)
    assert app.requests[0].payload["trigger_id"] == app.requests[1].payload["trigger_id"]
