"""An office and a partner's endpoint."""

from collections.abc import AsyncIterator

import pytest

from tests.fakes.receiver import Receiver, a_receiver
from tests.home import Home
from tests.webhooks.office import Office, an_office


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A partner's endpoint."""
    async with a_receiver() as lent:
        yield lent


@pytest.fixture
async def office(home: Home) -> AsyncIterator[Office]:
    """An office, once on each kind of database."""
    async with an_office(home) as lent:
        yield lent


@pytest.fixture
async def small_office(small_home: Home) -> AsyncIterator[Office]:
    """The same on SQLite alone."""
    async with an_office(small_home) as lent:
        yield lent
