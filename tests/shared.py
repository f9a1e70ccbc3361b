"""Finds material that some of the tests read and that is not part of this repository."""

import os
from pathlib import Path
from typing import NoReturn

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent


def shared(*parts: str) -> Path:
    """Return a file or folder of the shared material; without it the test is skipped, or fails in CI."""
    path = REPOSITORY.parent.joinpath("shared", *parts)
    if not path.exists():
        absent(f"{path} is not here")
    return path


def absent(what: str) -> NoReturn:
    """Skip the test because of something this machine lacks. In CI everything must be there, so there it fails."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what}; CI needs it")
    pytest.skip(what)
