"""Checklists and templates: those of the house, and those that a team wrote."""

from collections.abc import Iterator
from datetime import UTC, datetime

from bot.assets import Assets
from bot.cli.checks.finding import Finding, ok, wrong
from bot.core.case import Case
from bot.core.postmortem import draft
from bot.render import Renderer
from bot.settings import Settings
from store.types import Severity, Status

EMPTY = Case("INC-0", "Nothing", Severity.SEV4, Status.RESOLVED, datetime(2026, 1, 1, tzinfo=UTC))


def check(settings: Settings) -> Iterator[Finding]:
    """Read every checklist, and draft a postmortem of nothing."""
    assets = Assets(settings.overrides)
    checklists, problems = assets.checklists()
    for problem in problems:
        yield wrong("checklists", str(problem), f"${{EDITOR:-vi}} +{problem.line} {problem.source}")
    yield ok("checklists", f"{len(checklists)} are in force")
    renderer = Renderer(assets.template_folders())
    told = renderer.render_postmortem(draft(EMPTY), "html").problem
    for mistake in (told or "").splitlines():
        yield wrong("templates", mistake, "firstfive doctor, once it is mended")
    if not told:
        yield ok("templates", "a postmortem can be drafted")
