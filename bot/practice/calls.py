"""The log of what the app sent to Slack: one JSON object a line, as a contract checker reads it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.practice.clock import Clock
from bot.practice.refusal import Json


class CallLog:
    """Web API calls under their method, acknowledgements as `ack:…`, answers to a response_url as `response_url`.

    Kept in memory, and appended to *path* if there is one. `t` is the practice clock's time in seconds.
    """

    def __init__(self, clock: Clock, path: Path | str | None = None) -> None:
        self._clock = clock
        self._path = Path(path) if path else None
        self.lines: list[Json] = []

    def now(self) -> float:
        return round(self._clock().timestamp(), 3)

    def record(self, method: str, params: Json, **more: Any) -> None:
        line = {"method": method, "params": params, "t": self.now()} | more
        self.lines.append(line)
        if self._path:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")

    def of(self, method: str) -> Iterator[Json]:
        return (line for line in self.lines if line["method"] == method)
