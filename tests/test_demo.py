"""What a newcomer does: make demo, open the page, and work an incident to its end and into its postmortem."""

import asyncio
import json
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from playwright.async_api import Browser, Page, expect

from tests.world import CALLS_FOLDER

SHOTS = os.environ.get("SUITE_SHOTS")  # a folder to leave screenshots in, to be looked at
PATIENCE = 20  # seconds for the demo to start on a busy machine


class Demo:
    """A running demo, and what it printed."""

    def __init__(self, process: asyncio.subprocess.Process, lines: list[str]) -> None:
        self.process, self.lines = process, lines
        self.url = lines[0]
        self.folder = Path(lines[-1].rpartition(" ")[2])


@asynccontextmanager
async def running_demo(folder: Path, port: int = 0) -> AsyncIterator[Demo]:
    """Run `firstfive demo` in *folder* until Ctrl-C; port 0 is a free one."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--port", str(port)), cwd=folder, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    try:
        async with asyncio.timeout(PATIENCE):
            lines = [(await process.stdout.readline()).decode().strip() for _ in range(3)]
        yield Demo(process, lines)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
        async with asyncio.timeout(10):
            await process.wait()


async def leave_calls(demo: Demo) -> None:
    """Leave the demo's calls where the contract check of the whole run finds them."""
    async with httpx.AsyncClient() as client:
        calls = (await client.get(f"{demo.url}practice/calls")).json()
    assert "chat.postMessage" in {call["method"] for call in calls}
    log = Path(os.environ[CALLS_FOLDER]) / f"demo-{os.getpid()}.jsonl"
    log.write_text("".join(json.dumps(call) + "\n" for call in calls))


async def shoot(page: Page, name: str) -> None:
    """Leave a screenshot, if somebody wants to look."""
    if SHOTS:
        await page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=name.startswith("web"))


async def typed(page: Page, text: str) -> None:
    """Type a line into the message box and send it."""
    await page.locator("#composer").fill(text)
    await page.locator("#composer").press("Enter")


async def test_an_incident_lives_from_its_command_to_its_postmortem_in_a_browser(
    browser: Browser, tmp_path: Path
) -> None:
    complaints: list[str] = []
    context = await browser.new_context(viewport={"width": 1280, "height": 900})
    async with running_demo(tmp_path) as demo:
        page = await context.new_page()
        page.on("console", lambda line: complaints.append(line.text) if line.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(demo.url)
        await expect(page.locator("#composer")).to_be_visible()
        assert "/incident open sev1 checkout is down" in demo.lines[1]
        await typed(page, "/incident open sev1 checkout is down")
        await expect(page.locator("#channel")).to_contain_text("INC-1 is open as SEV1")
        await page.locator("#rail").get_by_text("inc-1-checkout-is-down").click()
        channel = page.locator("#channel")
        await expect(channel.locator("article", has_text="INC-1").first).to_be_visible()
        await shoot(page, "demo-1-opened")
        await work(page)
        await resolve(page)
        await read(page, context.new_page)
        assert complaints == []
        await leave_calls(demo)
    await context.close()
    assert demo.process.returncode == 0
    assert (demo.folder / "firstfive.db").is_file()


async def work(page: Page) -> None:
    """Walk the first checklist with buttons and words, tell everyone where it stands, and see time pass."""
    checklist = page.locator("#channel article", has_text="First five minutes").first
    await expect(checklist).to_contain_text("0 of 4")
    await checklist.get_by_role("button", name="Done").click()
    await expect(checklist).to_contain_text("1 of 4")
    await typed(page, "/incident check done 2 everyone in the EU")
    await expect(checklist).to_contain_text("2 of 4")
    await expect(checklist).to_contain_text("everyone in the EU")
    await typed(page, "/incident impact card payments fail for all EU customers")
    card = page.locator("#channel article", has=page.get_by_role("button", name="Add note")).first
    await expect(card).to_contain_text("card payments fail for all EU customers")
    await card.get_by_role("button", name="Update").click()
    modal = page.get_by_role("dialog")
    await modal.get_by_role("textbox").first.fill("We are rolling back the deploy of 03:01.")
    await shoot(page, "demo-2-update")
    await modal.get_by_role("button", name="Post").click()
    await expect(modal).to_have_count(0)
    await expect(page.locator("#channel article", has_text="INC-1 update").first).to_contain_text("rolling back")
    await page.get_by_role("button", name="+5 min").click()
    investigation = page.locator("#channel article", has_text="Investigation").first
    await expect(investigation).to_be_visible(timeout=10_000)  # it follows after five minutes, on the page's clock
    await typed(page, "/incident note error rate is back to 0.2 %")
    await shoot(page, "demo-3-working")


async def resolve(page: Page) -> None:
    """Resolve it and find the draft offered."""
    await typed(page, "/incident resolve rolled back, errors are gone")
    resolution = page.locator("#channel article", has_text="draft postmortem is ready").first
    await expect(resolution).to_contain_text("Resolved after")
    await shoot(page, "demo-4-resolved")


async def read(page: Page, new_page: Callable[[], Awaitable[Page]]) -> None:
    """Follow the link to the draft, and from the list to the incident."""
    draft = (
        await page.locator("#channel article", has_text="draft postmortem is ready")
        .get_by_role("link")
        .first.get_attribute("href")
    )
    assert draft
    web = await new_page()
    await web.goto(draft)
    await expect(web.locator("h1")).to_contain_text("Postmortem INC-1")
    await shoot(web, "web-1-postmortem")
    await web.goto(re.sub(r"/postmortems/.*", "/incidents", draft))
    await web.get_by_role("link", name="INC-1").click()
    await expect(web.locator("h1")).to_contain_text("SEV1 INC-1 checkout is down")
    await expect(web.locator(".timeline")).to_contain_text("Public update, the next one promised in 20 min")
    await shoot(web, "web-2-incident")


async def test_a_demo_finds_a_free_port_when_its_own_is_taken_and_begins_anew(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with running_demo(tmp_path, port) as demo:
            assert demo.url != f"http://127.0.0.1:{port}/"
            assert (demo.folder / "firstfive.toml").is_file()
            (demo.folder / "of-the-last-run").touch()
            number = int(demo.url.strip("/").rpartition(":")[2])
    async with running_demo(tmp_path, number) as again:
        assert again.folder == demo.folder
        assert not (again.folder / "of-the-last-run").exists()
