"""Forms as a browser sends them: with the mark of the page that they stand on."""

import re

import httpx

from tests.world import World


async def get(world: World, path: str, **headers: str) -> httpx.Response:
    """Open an address."""
    async with httpx.AsyncClient() as client:
        return await client.get(path if path.startswith("http") else world.url + path, headers=headers)


async def post(world: World, page: str, path: str, **fields: str) -> httpx.Response:
    """Send a form that stands on a page, and follow where it leads."""
    async with httpx.AsyncClient(follow_redirects=True) as client:
        mark = re.search(r'name="csrf" content="([0-9a-f]+)"', (await client.get(world.url + page)).text)
        assert mark, f"{page} has no mark for forms"
        return await client.post(world.url + path, data={"csrf": mark[1], **fields})
