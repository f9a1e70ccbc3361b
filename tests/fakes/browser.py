"""A headless Chromium for tests that look at pages as a person would."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, async_playwright

# Without the last four Chromium calls home at every start; a sandbox needs rights that CI containers withhold.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> Path | None:
    """Return the Chromium to use: $CHROMIUM, or the one on the PATH, or none."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    return Path(found) if found else None


@asynccontextmanager
async def running(executable: Path) -> AsyncIterator[Browser]:
    """Lend a browser; each test opens its own context in it, which shares no cookies and no storage."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        await browser.close()
