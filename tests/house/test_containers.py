"""The container files are valid and keep what they promise. No Docker engine is needed."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from compose_spec import PyCompose

from tests.shared import REPOSITORY

DOCKERFILE = (REPOSITORY / "Dockerfile").read_text()
COMPOSE = (REPOSITORY / "docker-compose.yml").read_text()
SERVICES: dict[str, Any] = yaml.safe_load(COMPOSE)["services"]

MISTAKES = [
    ("read_only: true", "readonly: true"),
    ("interval: 5s", "interval: soon"),
    ("restart: unless-stopped", "restart: sometimes"),
    ("- keys:/keys", "- locks:/keys"),
    ("condition: service_healthy", "condition: service_well"),
    ("      migrations:\n", "      migration:\n"),
]


def check_compose(text: str) -> None:
    """Raise ValueError for what `docker compose config` refuses: unknown words, wrong values, names of nothing."""
    parsed = yaml.safe_load(text)
    compose = PyCompose.from_json(json.dumps(parsed))
    compose.to_spec()
    compose.validate()
    needed = {other for service in parsed["services"].values() for other in service.get("depends_on", ())}
    if unknown := needed - parsed["services"].keys():
        raise ValueError(f"depends_on names what is no service: {unknown}")


def test_the_compose_file_is_valid() -> None:
    check_compose(COMPOSE)


@pytest.mark.parametrize(("right", "wrong"), MISTAKES)
def test_a_mistake_in_the_compose_file_is_found(right: str, wrong: str) -> None:
    assert right in COMPOSE
    with pytest.raises(ValueError, match=r".+"):
        check_compose(COMPOSE.replace(right, wrong))


def test_every_service_that_stays_up_is_watched_and_comes_back() -> None:
    image_has_a_check = "HEALTHCHECK" in DOCKERFILE
    for service in SERVICES.values():
        if "restart" in service:
            assert service["restart"] == "unless-stopped"
            assert "healthcheck" in service or image_has_a_check
    assert {name for name, service in SERVICES.items() if "restart" in service} == {"bot", "database"}


def test_nobody_outside_reaches_the_database() -> None:
    networks = yaml.safe_load(COMPOSE)["networks"]
    assert "ports" not in SERVICES["database"]
    assert [networks[name] for name in SERVICES["database"]["networks"]] == [{"internal": True}]


def test_the_keys_lie_apart_from_the_data() -> None:
    mounts = dict(volume.split(":") for volume in SERVICES["bot"]["volumes"])
    keyring = re.search(r"FIRSTFIVE_KEYRING=(\S+)", DOCKERFILE)
    assert keyring
    assert str(Path(keyring[1]).parent) == mounts["keys"] != mounts["data"]


def test_the_image_has_no_finding_of_hadolint() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    run = subprocess.run([hadolint, "Dockerfile"], cwd=REPOSITORY, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout


def test_the_image_runs_slim_without_root_and_tells_its_health() -> None:
    stages = re.split(r"(?m)^(?=FROM )", DOCKERFILE)
    final = stages[-1]
    bases = re.findall(r"(?m)^FROM (\S+)", DOCKERFILE)
    assert all(re.fullmatch(r"python:3\.\d+-slim-\w+", base) for base in bases)
    assert re.search(r"(?m)^USER [1-9]\d*:[1-9]\d*$", final)
    assert re.search(r"(?m)^HEALTHCHECK .*\\\n.*/healthz", final)


def test_the_image_gets_every_folder_that_the_package_ships() -> None:
    ignored_but_for = (REPOSITORY / ".dockerignore").read_text().split()
    for folder in ("bot", "store", "templates", "checklists"):
        assert f"COPY {folder} ./{folder}" in DOCKERFILE
        assert f"!{folder}" in ignored_but_for
