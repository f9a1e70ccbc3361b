"""The reference of the API, written from its routes: `python -m tests.web.api.reference` writes the file."""

import json
from types import SimpleNamespace
from typing import Any

from bot.web.api.table import api
from tests.shared import REPOSITORY

FILE = REPOSITORY / "docs" / "reference" / "openapi.json"


def reference() -> str:
    """Return the whole document. Describing needs no house, so it is given none."""
    parts: Any = SimpleNamespace()
    return json.dumps(api(parts).openapi(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(reference())
