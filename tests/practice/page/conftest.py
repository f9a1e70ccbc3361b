"""A workspace with one incident channel, an app that records what it hears, and Ana's browser in front of it."""

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser

from tests.practice.page.desk import Desk


@pytest_asyncio.fixture(loop_scope="session")
async def desk(browser: Browser) -> AsyncIterator[Desk]:
    """The page on a large screen, in the incident channel; the test fails on whatever its console complains of."""
    async with Desk.open(browser) as desk:
        yield desk


@pytest_asyncio.fixture(loop_scope="session")
async def phone(browser: Browser) -> AsyncIterator[Desk]:
    """The page on a phone of 390 by 844 points, touched and not clicked."""
    async with Desk.open(browser, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True) as desk:
        yield desk
