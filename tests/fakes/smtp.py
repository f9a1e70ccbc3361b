"""A mail server on loopback, with memory and faults."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass(slots=True)
class FakeSmtp:
    """``faults`` are taken one for each message: a status that answers the recipient, or "lost": taken, no answer."""

    port: int = 0
    faults: list[int | str] = field(default_factory=list)
    taken: list[EmailMessage] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        return {"FIRSTFIVE_SMTP_URL": f"smtp://127.0.0.1:{self.port}", "FIRSTFIVE_MAIL_FROM": "bot@example.com"}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await self._converse(reader, writer)
        writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        fault: int | str = 0
        writer.write(b"220 fake\r\n")
        while line := await reader.readline():
            word, answer = line.split()[0].upper(), "250 fine"
            if word == b"MAIL":
                fault = self.faults.pop(0) if self.faults else 0
            elif word == b"RCPT" and isinstance(fault, int) and fault:
                answer = f"{fault} not now"
            elif word == b"DATA":
                writer.write(b"354 go on\r\n")
                body = await reader.readuntil(b"\r\n.\r\n")
                self.taken.append(message_from_bytes(body[:-3], policy=policy.default))
                if fault == "lost":
                    return
            elif word == b"QUIT":
                answer = "221 bye"
            writer.write(f"{answer}\r\n".encode())
            await writer.drain()


@asynccontextmanager
async def a_mail_server() -> AsyncIterator[FakeSmtp]:
    """Run one on a free port."""
    there = FakeSmtp()
    server = await asyncio.start_server(there.serve, "127.0.0.1", 0)
    there.port = server.sockets[0].getsockname()[1]
    try:
        yield there
    finally:
        server.close()
        await server.wait_closed()
