"""A post office for tests: a house, the courier, and an outbox that keeps webhooks alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from typing import Any

from aiohttp.abc import AbstractResolver

from bot.flows.partner_page import DeliveryView, partner_page
from bot.flows.register_endpoint import Wishes, add_partner, register_endpoint
from bot.outbox.worker import Outbox
from bot.webhooks.courier import Courier
from bot.webhooks.table import SENDERS
from store.claims import queues
from store.deliveries import deliveries_to
from store.endpoints import Endpoint, endpoint_by_id
from store.types import EffectState
from tests.home import Home


class Office:
    """Short words for what tests do with partners. Endpoints belong to one partner, Acme, unless said otherwise."""

    def __init__(self, home: Home, courier: Courier) -> None:
        self.home, self.courier = home, courier
        handlers = {kind: partial(send, courier) for kind, send in SENDERS.items()}
        self.outbox = Outbox(home.house, handlers, chance=lambda: 0.5)
        self._partners: set[str] = set()

    async def register(self, url: str, partner: str = "Acme", **wishes: Any) -> tuple[Endpoint, str]:
        """Register an endpoint and return it with its secret."""
        if partner not in self._partners:
            await self.home.do(add_partner, self.home.request(), partner)
            self._partners.add(partner)
        return await self.home.do(register_endpoint, self.home.request(), partner, url, Wishes(**wishes), loopback=True)

    async def send(self) -> None:
        """Send all that is due now."""
        while await self.outbox.send_due():
            await self.outbox.idle()

    async def next_due(self) -> datetime | None:
        """Return when the next delivery falls due, or None."""
        found = await self.home.read(lambda tx: queues(tx.db))
        return min((queue.due_at for queue in found if queue.kind in SENDERS), default=None)

    async def deliveries(self, partner_id: int = 1) -> list[DeliveryView]:
        """Return a partner's deliveries, the oldest first."""
        page = await self.home.read(partner_page, partner_id)
        assert page is not None
        return list(reversed(page.deliveries))

    async def all_deliveries(self) -> list[DeliveryView]:
        """Return every delivery to everybody, with no limit of a page."""
        rows = await self.home.read(lambda tx: deliveries_to(tx.db, 1, tuple(EffectState), None, 100_000))
        return [DeliveryView(*row) for row in rows]

    async def endpoint(self, endpoint_id: int = 1) -> Endpoint:
        """Return an endpoint as it stands."""
        found = await self.home.read(lambda tx: endpoint_by_id(tx.db, endpoint_id))
        assert found is not None
        return found


@asynccontextmanager
async def an_office(
    home: Home, *, loopback: bool = True, resolver: AbstractResolver | None = None
) -> AsyncIterator[Office]:
    """Open an office over a house."""
    courier = Courier(home.house, loopback=loopback, resolver=resolver)
    await courier.open()
    office = Office(home, courier)
    try:
        yield office
    finally:
        await office.outbox.idle()
        await courier.close()
