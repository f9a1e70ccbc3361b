"""The courier: takes events to endpoints and says what came of it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp
from aiohttp.abc import AbstractResolver

from bot.core.signing import plain_headers, standard_headers
from bot.flows.send_event import Parcel, parcels
from bot.house import House
from bot.webhooks.connecting import TIMEOUT, session
from store.effects import Claimed

KEPT = 16 * 1024  # bytes of an answer
BURST = 1.0  # second


@dataclass(frozen=True, slots=True)
class Answer:
    """What an endpoint answered, and the pause that it asked for."""

    status: int
    text: str
    asked: timedelta | None


class NoAnswer(Exception):
    """Nothing came back. The message says why, for whoever runs the endpoint."""


class Courier:
    """Posts events. *loopback* lets it reach this machine, for tests and for trying out."""

    def __init__(self, house: House, *, loopback: bool = False, resolver: AbstractResolver | None = None) -> None:
        self.house, self._loopback, self._resolver = house, loopback, resolver
        self._session: aiohttp.ClientSession | None = None
        self._wanted: dict[int, tuple[str, int]] = {}
        self._reading: asyncio.Task[dict[int, Parcel]] | None = None
        self._turns: dict[int, float] = {}  # the loop's time at which each endpoint's rate is used up to

    async def open(self) -> None:
        """Open the connection pool; call it in the loop that will use it."""
        self._session = session(loopback=self._loopback, resolver=self._resolver)

    async def close(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()

    async def parcel(self, effect: Claimed) -> Parcel:
        """Return what an effect carries. Effects that were claimed together share one read."""
        self._wanted[effect.id] = (effect.args["event"], effect.args["endpoint"])
        if self._reading is None:  # It begins when every effect of this claim has said what it wants.
            self._reading = asyncio.create_task(self._read())
        return (await asyncio.shield(self._reading))[effect.id]

    async def _read(self) -> dict[int, Parcel]:
        wanted, self._wanted, self._reading = self._wanted, {}, None
        return await self.house.read(parcels, wanted)

    async def pace(self, endpoint_id: int, rate: float) -> None:
        """Wait until an endpoint's rate leaves room for one more. What a second allows may go at once."""
        now = asyncio.get_running_loop().time()
        turn = self._turns[endpoint_id] = max(self._turns.get(endpoint_id, 0.0), now) + 1 / rate
        if turn - now > BURST:
            await asyncio.sleep(turn - now - BURST)

    async def post(self, parcel: Parcel) -> Answer:
        """Sign a parcel as of now, post it, and return the answer, of any status. Raise NoAnswer without one."""
        assert self._session is not None, "open() first"
        now = self.house.clock.now()
        headers = {"Content-Type": "application/json"}
        headers |= standard_headers(parcel.secrets, parcel.event_id, now, parcel.body)
        if parcel.plain:
            headers |= plain_headers(parcel.secrets, parcel.event_id, now, parcel.body)
        try:
            async with self._session.post(
                parcel.url, data=parcel.body, headers=headers, allow_redirects=False
            ) as response:
                return Answer(response.status, await _beginning(response), _asked(response.headers, now))
        except TimeoutError:
            raise NoAnswer(f"no answer within {TIMEOUT} seconds") from None
        except aiohttp.ClientConnectorCertificateError as error:
            raise NoAnswer(f"its certificate is not valid: {error.certificate_error}") from error
        except aiohttp.ClientConnectorError as error:
            raise NoAnswer(f"cannot connect: {error.os_error.strerror or error.os_error}") from error
        except aiohttp.InvalidURL as error:
            raise NoAnswer("its URL leads nowhere") from error
        except (aiohttp.ClientError, OSError) as error:
            raise NoAnswer(f"the connection broke ({type(error).__name__})") from error


async def _beginning(response: aiohttp.ClientResponse) -> str:
    """Return the first 16 KiB of an answer. Its status counts even if the rest of it never comes."""
    kept = bytearray()
    try:
        async for chunk in response.content.iter_any():
            kept += chunk
            if len(kept) >= KEPT:
                break
    except (TimeoutError, aiohttp.ClientError):
        pass
    return kept[:KEPT].decode(errors="replace").replace("\0", "\N{REPLACEMENT CHARACTER}")


def _asked(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Return the pause of a Retry-After header, in seconds or as a date; None when there is none to understand."""
    text = headers.get("Retry-After", "")
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:9]), 10**8))
    try:
        return max(parsedate_to_datetime(text) - now, timedelta())
    except (ValueError, TypeError):
        return None
