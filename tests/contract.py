"""Holds every Slack call of a run against Slack's contract, once all tests are over."""

import importlib.util
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.manifest import PATH
from tests.shared import REPOSITORY

CHECKER = REPOSITORY.parent / "shared" / "contracts" / "slack" / "slackcheck.py"


def violations(logs: Path) -> list[str]:
    """Return a line for each error that the checker finds, each log on its own: it has its own clock and channels."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # The checker leaves the closing of its files to Python.
        checker = _checker()
        app = checker.check([], str(PATH))
    broken = [*_errors(PATH.name, app)]
    for log in sorted(logs.glob("*.jsonl")):
        lines = log.read_text(encoding="utf-8").splitlines()
        broken += _errors(log.name, checker.check(lines, scopes=app.scopes))
    return broken


def _checker() -> Any:
    spec = importlib.util.spec_from_file_location("slackcheck", CHECKER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _errors(name: str, found: Any) -> Iterator[str]:
    for one in found.out:
        if one["severity"] == "error":
            yield f"{name}:{one['line']} {one['method']} {one['code']} at {one['path']}: {one['message']}"
