"""The plan of a reconciliation: what was decided about every differing row, and the patches, in one folder of files.

``decisions.jsonl`` has every decision, ``review.jsonl`` those that a person takes. ``patch-a/`` and ``patch-b/`` hold
one transaction to a file, ``rollback-a/`` and ``rollback-b/`` what undoes them.
"""

import json
import shutil
from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

from bot.core.merge import Change, Decision
from bot.core.values import Row, same_row
from bot.insight.reconcile.patches import Patch
from bot.insight.reconcile.places import ReconcileError

IN_ONE_TRANSACTION = 500  # rows
SAMPLES = 5  # decisions shown for each rule
OURS = ("decisions.jsonl", "review.jsonl", "report.json", "report.html", "state.json")
PATCHES = ("patch-a", "patch-b", "rollback-a", "rollback-b")


class Plan:
    """Writes a plan. Use it in a `with`."""

    def __init__(self, folder: Path, table: str, key: tuple[str, ...], patches: dict[str, Patch]) -> None:
        self._folder, self._table, self._key = folder, table, key
        self._patches = patches
        self._pending: dict[str, list[str]] = {name: [] for name in PATCHES}
        self._files: Counter[str] = Counter()
        self.rows: Counter[str] = Counter()  # of each side's patch: inserted, updated, deleted
        self.changes: Counter[str] = Counter()
        self.decided = self.to_review = 0
        self.rules: Counter[str] = Counter()  # each row counts for every rule that was asked
        self.review: Counter[str] = Counter()
        self.samples: dict[str, list[dict[str, Any]]] = {}
        self._open = ExitStack()

    def __enter__(self) -> Self:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            for name in OURS:
                (self._folder / name).unlink(missing_ok=True)
            for name in PATCHES:
                shutil.rmtree(self._folder / name, ignore_errors=True)
                (self._folder / name).mkdir()
            opened = [(self._folder / name).open("w", encoding="utf-8") for name in OURS[:2]]
        except OSError as error:
            raise ReconcileError(
                f"{self._folder} cannot be written: {error.strerror}. Name another: --output"
            ) from None
        self._decisions, self._review = (self._open.enter_context(file) for file in opened)
        return self

    def __exit__(self, *raised: object) -> None:
        for name in PATCHES:
            self._write_chunk(name)
        self._open.close()

    def add(self, decisions: Iterable[Decision], alike: int = 0) -> None:
        """Write down *decisions*, and count rows that both sides changed alike."""
        if alike:
            self.changes[Change.ALIKE] += alike
        for decision in decisions:
            told = decision.as_json(self._table, self._key)
            line = json.dumps(told, ensure_ascii=False) + "\n"
            self._decisions.write(line)
            self.changes[decision.change] += 1
            if decision.review:
                self._review.write(line)
                self.to_review += 1
                self.review.update(decision.rules)
            else:
                self.decided += 1
                self.rules.update(decision.rules)
                self._patch("a", decision.versions.a, decision.result)
                self._patch("b", decision.versions.b, decision.result)
            for rule in decision.rules:
                shown = self.samples.setdefault(("review: " if decision.review else "") + rule, [])
                if len(shown) < SAMPLES:
                    shown.append(told)

    def _patch(self, side: str, old: Row | None, new: Row | None) -> None:
        if old is new or (old is not None and new is not None and same_row(old, new)):
            return
        done = "inserted" if old is None else "deleted" if new is None else "updated"
        self.rows[f"{side} {done}"] += 1
        patch = self._patches[side]
        for name, statement in (
            (f"patch-{side}", patch.change(old, new)),
            (f"rollback-{side}", patch.change(new, old)),
        ):
            self._pending[name].append(statement)
            if len(self._pending[name]) == IN_ONE_TRANSACTION:
                self._write_chunk(name)

    def _write_chunk(self, name: str) -> None:
        if not self._pending[name]:
            return
        self._files[name] += 1
        script = self._patches[name[-1]].transaction(self._pending[name])
        (self._folder / name / f"{self._files[name]:06}.sql").write_text(script, encoding="utf-8")
        self._pending[name] = []
