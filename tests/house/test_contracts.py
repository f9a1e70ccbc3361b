"""The import contracts and the linter catch what they are there for."""

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.shared import REPOSITORY

PROGRAMS = Path(sys.executable).parent

# contract in .importlinter, module to smuggle in, what it says
IMPORTS = [
    ("floors", "bot.core.smuggled", "import bot.flows"),
    ("floors", "bot.slack.smuggled", "import bot.practice"),
    ("floors", "bot.smuggled", ""),
    ("store", "store.smuggled", "import bot.errors"),
    ("core", "bot.core.smuggled", "import store.db"),
    ("core", "bot.core.smuggled", "import time"),
    ("core", "bot.core.smuggled", "import random"),
    ("flows", "bot.flows.smuggled", "import urllib.request"),
    ("practice", "bot.practice.smuggled", "import bot.errors"),
    ("slack-libraries", "bot.flows.smuggled", "import slack_sdk"),
    ("database", "bot.outbox.smuggled", "import sqlalchemy"),
    ("scheduling", "bot.outbox.smuggled", "import apscheduler"),
    ("calendar", "bot.jobs.smuggled", "import cronsim"),
]

# rule of ruff, a line for a module of bot/
LINES = [
    ("TID251", "from datetime import UTC, datetime\n\nSTARTED = datetime.now(UTC)\n"),
    ("DTZ001", "from datetime import datetime\n\nSTARTED = datetime(2026, 1, 1)\n"),
    ("TID251", "from apscheduler.triggers.cron import CronTrigger\n\nWEEKLY = CronTrigger(day_of_week='mon')\n"),
    ("TID251", "from apscheduler.triggers.interval import IntervalTrigger\n\nWEEKLY = IntervalTrigger(weeks=1)\n"),
    ("DTZ005", "import datetime\n\nSTARTED = datetime.datetime.now()\n"),
    ("BLE001", "def guess() -> int | None:\n    try:\n        return 1\n    except Exception:\n        return None\n"),
]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program to break."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copy(REPOSITORY / ".importlinter", folder)
    for package in ("bot", "store"):
        shutil.copytree(REPOSITORY / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture
def smuggle(copy: Path, request: pytest.FixtureRequest) -> Iterator[None]:
    """Write the module that the test's parameters ask for, and take it away again."""
    path = copy.joinpath(*request.getfixturevalue("module").split(".")).with_suffix(".py")
    path.write_text(request.getfixturevalue("line") + "\n")
    yield
    path.unlink()


@pytest.mark.parametrize(("contract", "module", "line"), IMPORTS)
@pytest.mark.usefixtures("smuggle")
def test_a_forbidden_import_breaks_its_contract(copy: Path, contract: str, module: str, line: str) -> None:
    command = [str(PROGRAMS / "lint-imports"), "--no-cache", "--no-logo", "--contract", contract]
    run = subprocess.run(command, cwd=copy, capture_output=True, text=True)
    assert run.returncode == 1, run.stdout
    assert module.rpartition(".")[2] in run.stdout


@pytest.mark.parametrize(("rule", "line"), LINES)
def test_the_linter_refuses_what_has_cost_others_dearly(rule: str, line: str) -> None:
    command = [
        str(PROGRAMS / "ruff"),
        "check",
        "--output-format=concise",
        "--stdin-filename=bot/flows/smuggled.py",
        "-",
    ]
    run = subprocess.run(command, cwd=REPOSITORY, input=line, capture_output=True, text=True)
    assert rule in run.stdout


def test_no_job_runs_by_cron_words_or_by_weeks() -> None:
    """CronTrigger and intervals of weeks lose and double runs at daylight saving changes; both also go by words."""
    for path in (REPOSITORY / "bot" / "jobs").rglob("*.py"):
        nodes = list(ast.walk(ast.parse(path.read_text())))
        assert "weeks" not in {node.arg for node in nodes if isinstance(node, ast.keyword)}, path
        assert "cron" not in {node.value for node in nodes if isinstance(node, ast.Constant)}, path


def test_a_package_says_only_what_it_is() -> None:
    """import-linter does not see a circle that runs through an `__init__.py`, so these hold a docstring only."""
    talkative = [
        str(path.relative_to(REPOSITORY))
        for package in ("bot", "store")
        for path in (REPOSITORY / package).rglob("__init__.py")
        if not is_only_a_docstring(path.read_text())
    ]
    assert talkative == []


def is_only_a_docstring(source: str) -> bool:
    """Tell whether a module is one docstring and nothing else."""
    tree = ast.parse(source)
    return len(tree.body) == 1 and ast.get_docstring(tree) is not None
