"""Reconciling from end to end: preflight, comparison, decisions, plan, and on request the patch and its proof."""

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from bot.core.conflicts import Decided
from bot.core.merge import Change, decide
from bot.core.policies import Policy
from bot.core.rules import Counts
from bot.core.values import fingerprint, plain
from bot.insight.reconcile import applying
from bot.insight.reconcile.comparing import CHUNK, Comparison, Progress, Strategy
from bot.insight.reconcile.databases.table import DIALECTS
from bot.insight.reconcile.engines.engine import Engine, translated
from bot.insight.reconcile.engines.table import engine as engine_named
from bot.insight.reconcile.invariants import Invariants
from bot.insight.reconcile.patches import Patch
from bot.insight.reconcile.people import People
from bot.insight.reconcile.places import Place, ReconcileError
from bot.insight.reconcile.plan import Plan
from bot.insight.reconcile.preflight import check_policy, opened, require_unique_keys
from bot.insight.reconcile.queries import Table, Window, counted
from bot.insight.reconcile.report import Report, Verified, report_of
from bot.insight.reconcile.tickets import Waiting


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be reconciled, and how."""

    a: Place
    b: Place
    base: Place | None
    key: tuple[str, ...]
    policy: Policy
    folder: Path
    window: Window | None = None
    engine: str = "duckdb"
    strategy: Strategy = Strategy.AUTO
    chunk: int = CHUNK  # rows of a key range
    written: str = ""  # the text of the policy

    @property
    def sides(self) -> dict[str, Place]:
        return {"a": self.a, "b": self.b}

    @property
    def places(self) -> dict[str, Place]:
        """Both sides, and the base if there is one."""
        return self.sides | ({"base": self.base} if self.base else {})

    @property
    def table(self) -> str:
        """What the table is called in the report."""
        return self.a.table_parts[-1]

    @property
    def fingerprint(self) -> str:
        """The same for the same tables, key and policy."""
        return fingerprint(str(self.a), str(self.b), str(self.base), self.key, self.written)


@dataclass(slots=True)
class Reconciliation:
    """One run. ``warnings`` are sentences for a person; they grow while it runs.

    ``decided`` is what people decided before, by the id of the row; ``waiting`` what is left for them.
    """

    request: Request
    progress: Progress
    warnings: list[str] = field(default_factory=list)
    decided: Mapping[str, Decided] = field(default_factory=dict)
    waiting: Waiting = field(default_factory=Waiting)

    def plan(self) -> Report:
        """Compare, decide, and write the plan into the request's folder. Nothing is changed anywhere else."""
        request = self.request
        state = applying.State(request.folder, request.fingerprint)
        with closing(engine_named(request.engine)) as engine:
            table, rows, comparison = self.compared(engine)
            if kept := state.put_away():
                self._warn(f"The patch that was applied before, and what undoes it, are in {kept} now.")
            plan = self._written(comparison, table)
            if request.window:
                self._warn_of_deletions(comparison)
        self._warn_of_counters(plan)
        state.write(applying.PLANNED, a=0, b=0)
        return report_of(request.table, request.key, request.places, rows, plan, self.warnings)

    def compared(self, engine: Engine) -> tuple[Table, dict[str, int], Comparison]:
        """Do the preflight on *engine*; return the table, how many rows each side has, and the comparison to run."""
        request = self.request
        table = opened(engine, request.places, request.key, self._warn)
        check_policy(request.policy, table, self._warn)
        in_order = require_unique_keys(engine, table)
        rows = {side: _count(engine, side) for side in table.sides}
        comparison = Comparison(
            engine, table, max(rows.values()), request.window, self.progress, request.chunk, in_order=in_order
        )
        return table, rows, comparison

    def _written(self, comparison: Comparison, table: Table) -> Plan:
        request = self.request
        patches = {
            side: Patch(DIALECTS.get(place.kind, "duckdb"), place.table_parts, table.key, table.rest)
            for side, place in request.sides.items()
        }
        with (
            closing(Invariants(request.policy, table)) as invariants,
            closing(People(self.decided, request.table, request.key, table)) as people,
            Plan(request.folder, request.table, request.key, patches) as plan,
        ):
            for found in comparison.run(request.strategy):
                decisions = [decide(one, request.policy, table.has_base) for one in found.differing]
                decisions = people.applied(invariants.checked(decisions))
                self.waiting.add(decisions)
                plan.add(decisions, found.alike)
        self.waiting.table = table
        return plan

    def apply(self) -> Verified:
        """Carry out the plan in the folder, compare again, and return what still differs."""
        request = self.request
        state = applying.State(request.folder, request.fingerprint)
        applying.apply(request.folder, request.sides, state, self.progress)
        state.write(applying.APPLIED)
        return self._verified()

    def is_unfinished(self) -> bool:
        """Tell whether the folder holds this plan, half applied.

        Then it is finished and not made anew: a counter that has reached one side only would be counted twice.
        """
        return applying.State(self.request.folder, self.request.fingerprint).is_unfinished()

    def _verified(self) -> Verified:
        request = self.request
        queue = set(_queue_keys(request.folder))
        with closing(engine_named(request.engine)) as engine:
            table = opened(engine, request.sides, request.key, lambda _: None)
            rows = max(_count(engine, side) for side in table.sides)
            comparison = Comparison(engine, table, rows, request.window, self.progress, request.chunk)
            left = [_key_text(one.key) for found in comparison.run(request.strategy) for one in found.differing]
        return Verified(len(left), sorted(set(left) - queue))

    def _warn(self, sentence: str) -> None:
        self.warnings.append(sentence)

    def _warn_of_deletions(self, comparison: Comparison) -> None:
        if comparison.outside("a") != comparison.outside("b"):
            self._warn(
                "Outside the window, A and B do not have the same keys. Rows were deleted on one side, or the window "
                "is too short: compare once without --window."
            )

    def _warn_of_counters(self, plan: Plan) -> None:
        alike = plan.changes[Change.ALIKE]
        if alike and any(isinstance(rule, Counts) for rule in self.request.policy.columns.values()):
            self._warn(
                f"{alike:,} rows are the same on A and B and not as in the base, and stay as they are. If both sides "
                "counted there on their own and wrote nothing else, two equal counts look like one."
            )


def _count(engine: Engine, side: str) -> int:
    (batch,) = engine.run(translated(engine, counted(side)))
    return int(batch.column("n")[0].as_py())


def _queue_keys(folder: Path) -> Iterator[str]:
    try:
        with (folder / "review.jsonl").open(encoding="utf-8") as file:
            for line in file:
                yield json.dumps(list(json.loads(line)["key"].values()), ensure_ascii=False)
    except (OSError, ValueError, KeyError) as error:
        raise ReconcileError(f"{folder}/review.jsonl cannot be read: {error}.") from None


def _key_text(key: tuple[object, ...]) -> str:
    return json.dumps([plain(value) for value in key], ensure_ascii=False)
