"""axe-core on a page: what keeps somebody from using it."""

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page


async def violations(page: Page, *rules: str) -> list[str]:
    """Return what axe-core finds wrong with a page as it stands, each with where; a good page has none.

    With *rules*, those alone are asked: in the dark, "color-contrast" is all that can differ.
    """
    options = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else None
    found = (await Axe().run(page, options=options)).response["violations"]
    return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]]
