"""Load over loopback: prebuilt HTTP requests on keep-alive connections, so that the client costs next to nothing."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from bot.practice.cast import SIGNING_SECRET
from bot.practice.delivery_http import signed

MOST_PENDING = 1 << 16  # bytes of an answer


@dataclass(frozen=True, slots=True)
class Load:
    """What a load met: answers per second, and how long each took, in seconds, sorted."""

    per_second: float
    waits: Sequence[float]

    def percentile(self, share: float) -> float:
        """Return the wait that *share* of the answers stayed under."""
        return self.waits[min(len(self.waits) - 1, int(len(self.waits) * share))]


def command(text: str, number: int, channel: str = "C0GENERAL1") -> bytes:
    """Return one signed slash command as the bytes of an HTTP request."""
    form = {
        "token": "practice",
        "team_id": "T0PRACTICE",
        "team_domain": "practice",
        "channel_id": channel,
        "channel_name": "general",
        "user_id": "U0ANA0001",
        "user_name": "ana",
        "command": "/incident",
        "text": text,
        "api_app_id": "A0FIRST05",
        "is_enterprise_install": "false",
        "response_url": "http://127.0.0.1:1/response/x",
        "trigger_id": f"bench.{time.monotonic_ns()}.{number}",
    }
    body = urlencode(form).encode()
    headers = {
        "Host": "127.0.0.1",
        "Content-Type": "application/x-www-form-urlencoded",
        "Content-Length": str(len(body)),
        **signed(body, SIGNING_SECRET),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST /slack/events HTTP/1.1\r\n{head}\r\n".encode() + body


async def drive(port: int, requests: Sequence[bytes], clients: int = 16) -> Load:
    """Send every request once, *clients* at a time, and return what that met. Any answer but 200 raises."""
    waits: list[float] = []
    waiting = iter(requests)

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in waiting:
            began = time.perf_counter()
            writer.write(request)
            await _answer(reader)
            waits.append(time.perf_counter() - began)
        writer.close()
        await writer.wait_closed()

    began = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    took = time.perf_counter() - began
    return Load(len(requests) / took, sorted(waits))


async def _answer(reader: asyncio.StreamReader) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(head.decode())
    length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    await reader.readexactly(int(length.partition(b":")[2]))
