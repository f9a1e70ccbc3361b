"""firstfive serve, as a process: it starts, says where it is, and ends in order when told to."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from bot.practice.cast import APP_TOKEN, BOT_TOKEN
from bot.practice.server import Practice
from tests.world import ANA, CALLS_FOLDER

IN_TIME = 10  # seconds, for a stop


def free_port() -> int:
    """Return a port that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


@asynccontextmanager
async def serving(folder: Path, *words: str, **settings: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run `firstfive serve` until it is killed, if the test has not ended it."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("FIRSTFIVE_", "SLACK_"))}
    environment |= {"FIRSTFIVE_KEYRING": str(folder / "keyring.json"), **settings}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "serve", *words),
        cwd=folder,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def said(process: asyncio.subprocess.Process) -> str:
    """Return the first line it prints."""
    assert process.stdout
    async with asyncio.timeout(20):
        return (await process.stdout.readline()).decode()


async def test_it_says_where_it_listens_and_ends_in_order(folder: Path, sqlite_url: str) -> None:
    port = free_port()
    async with serving(folder, DATABASE_URL=sqlite_url, FIRSTFIVE_PORT=str(port)) as process:
        line = await said(process)
        assert f"listens on http://127.0.0.1:{port} with web, outbox, jobs." in line
        assert "Slack is not connected: set SLACK_BOT_TOKEN" in line
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            assert (await client.get("/readyz")).json() == {"status": "ready", "missing": []}
            assert (await client.get("/healthz")).status_code == 200
            process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(IN_TIME):
                assert await process.wait() == 0
    assert process.stderr
    assert b"Traceback" not in await process.stderr.read()


async def test_it_refuses_to_let_others_come_while_nobody_can_sign_in(folder: Path, sqlite_url: str) -> None:
    for settings in ({"FIRSTFIVE_HOST": "0.0.0.0"}, {"FIRSTFIVE_URL": "https://firstfive.example"}):
        async with serving(folder, "--role", "web", DATABASE_URL=sqlite_url, **settings) as process:
            told = (await process.communicate())[1].decode()
            assert process.returncode == 1
            assert "nobody could sign in. Set SLACK_BOT_TOKEN" in told


async def test_an_incident_of_another_process_reaches_slack_through_socket_mode(folder: Path, sqlite_url: str) -> None:
    log = Path(os.environ[CALLS_FOLDER]) / f"{folder.name}-{os.getpid()}.jsonl"
    async with Practice(log_path=log) as practice:
        slack = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, "SLACK_API_URL": practice.api_url}
        async with serving(folder, DATABASE_URL=sqlite_url, FIRSTFIVE_PORT="0", **slack) as process:
            assert "Slack is reached over Socket Mode" in await said(process)
            async with asyncio.timeout(10):
                while len(practice.sockets.connections) < 2:  # noqa: ASYNC110 - the practice has no event for it
                    await asyncio.sleep(0.05)
            answer = await practice.slash(ANA, "#general", "open sev1 checkout is down")
            assert "INC-1 is open" in answer.text
            async with asyncio.timeout(10):
                while not practice.said("incidents"):  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
            process.send_signal(signal.SIGINT)
            async with asyncio.timeout(IN_TIME):
                assert await process.wait() == 0


async def test_a_process_without_the_web_door_listens_nowhere(folder: Path, sqlite_url: str) -> None:
    port = free_port()
    async with serving(folder, "--role", "outbox,jobs", DATABASE_URL=sqlite_url, FIRSTFIVE_PORT=str(port)) as process:
        assert (await said(process)).startswith("firstfive runs with outbox, jobs.")
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)


async def test_a_taken_port_is_told_with_the_next_one(folder: Path, sqlite_url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with serving(folder, DATABASE_URL=sqlite_url, FIRSTFIVE_PORT=str(port)) as process:
            _, stderr = await process.communicate()
    assert process.returncode == 1
    assert f"Nothing can listen on 127.0.0.1:{port}" in stderr.decode()
    assert f"FIRSTFIVE_PORT={port + 1} firstfive serve" in stderr.decode()


async def doctor(folder: Path, **settings: str) -> tuple[int | None, list[dict[str, str]]]:
    """Run `firstfive doctor --json` as a process, while a neighbour lives in this one."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("FIRSTFIVE_", "SLACK_"))}
    environment |= {"FIRSTFIVE_KEYRING": str(folder / "keyring.json"), "FIRSTFIVE_PORT": "1", **settings}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "doctor", "--json"), cwd=folder, env=environment, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    return process.returncode, json.loads(out)


async def test_the_doctor_finds_what_slack_will_not_let_us_do(folder: Path, sqlite_url: str) -> None:
    async with Practice() as practice:
        slack = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, "SLACK_API_URL": practice.api_url}
        code, found = await doctor(folder, DATABASE_URL=sqlite_url, **slack)
        assert (code, [one for one in found if one["state"] == "wrong"]) == (0, [])
        practice.scopes = {"chat:write", "channels:read", "groups:read"}
        environment = {"DATABASE_URL": sqlite_url, "FIRSTFIVE_ANNOUNCE_CHANNEL": "nowhere"}
        code, found = await doctor(folder, **environment, **slack | {"SLACK_BOT_TOKEN": BOT_TOKEN})
        wrong = " ".join(one["said"] for one in found if one["state"] == "wrong")
        assert code == 1
        assert "the app lacks the scopes" in wrong
        assert "channels:manage" in wrong
        assert "#nowhere (FIRSTFIVE_ANNOUNCE_CHANNEL) cannot take announcements" in wrong
        code, found = await doctor(folder, DATABASE_URL=sqlite_url, **slack | {"SLACK_BOT_TOKEN": "xoxb-revoked"})
        assert code == 1
        assert any("refuses SLACK_BOT_TOKEN: invalid_auth" in one["said"] for one in found)
