"""Two PostgreSQL servers take different writes; the script in docs/ brings them together, and people the rest."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import which
from typing import Any

import psycopg
import pytest

from tests.fakes.postgres import PostgresServer, running
from tests.shared import REPOSITORY, absent

SCRIPT = REPOSITORY / "docs" / "split-brain-demo.sh"
SECONDS = 2


@pytest.fixture
def nodes(postgres_server: PostgresServer) -> Iterator[tuple[str, str]]:
    """An empty database on each of two servers."""
    with running() as other:
        one = [server.fresh_database() for server in (postgres_server, other)]
        yield one[0], one[1]
        postgres_server.drop(one[0])


def rows(url: str) -> dict[int, Any]:
    with psycopg.connect(url) as connection:
        return {row[0]: row for row in connection.execute("SELECT * FROM orders")}


def test_a_split_brain_is_healed_but_for_the_queue(nodes: tuple[str, str], tmp_path: Path) -> None:
    if which("psql") is None:
        absent("psql is not installed: apt install postgresql-client")
    urls = [node.replace("+psycopg", "") for node in nodes]
    memory = {"DATABASE_URL": f"sqlite:///{tmp_path}/bot.db", "FIRSTFIVE_KEYRING": f"{tmp_path}/keyring.json"}
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    command = ["sh", str(SCRIPT), *urls, str(SECONDS)]
    run = subprocess.run(
        command, cwd=tmp_path, env=os.environ | memory | {"PATH": path}, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout + run.stderr

    plan = tmp_path / "split-brain" / "plan"
    report = json.loads((plan / "report.json").read_text())
    queue = {json.loads(line)["key"]["id"] for line in (plan / "review.jsonl").read_text().splitlines()}
    assert report["verified"] == {"differing": len(queue), "unexpected": []}
    assert report["decided"] > 20
    a, b = rows(urls[0]), rows(urls[1])
    assert any(rule == "counter" for rule in report["rules"])
    second = plan.parent / "decided"
    kept = [json.loads(line) for line in (second / "decisions.jsonl").read_text().splitlines()]
    kept = [one for one in kept if one["rules"] == ["a person"]]
    assert kept, "nobody decided anything"
    assert all(a.get(one["key"]["id"]) == b.get(one["key"]["id"]) for one in kept)
    assert {key for key in a.keys() | b.keys() if a.get(key) != b.get(key)} == queue - {
        one["key"]["id"] for one in kept
    }
    assert f"INC-1: {len(kept)} decided, {len(queue) - len(kept)} left." in run.stdout
    assert json.loads((second / "report.json").read_text())["verified"]["unexpected"] == []

    for folder in (second, plan):
        for side, url in zip("ab", urls, strict=True):
            with psycopg.connect(url, autocommit=True) as connection:
                for script in sorted((folder / f"rollback-{side}").glob("*.sql")):
                    connection.execute(script.read_text().encode())
    after = rows(urls[0]), rows(urls[1])
    decided = [json.loads(line) for line in (plan / "decisions.jsonl").read_text().splitlines()]
    for one in decided:
        for side, table in zip(("a", "b"), after, strict=True):
            was = one[side]
            assert (was is None) == (one["key"]["id"] not in table)
            assert was is None or was["stock"] == table[one["key"]["id"]][3]
