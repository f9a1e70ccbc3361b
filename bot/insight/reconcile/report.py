"""The report of a reconciliation: what was compared, what differed, which rule decided how often, and samples."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.core.merge import Change
from bot.insight.reconcile.places import Place
from bot.insight.reconcile.plan import Plan


@dataclass(frozen=True, slots=True)
class Verified:
    """What a second comparison found: how many rows differ, and the keys of those that no decision left so."""

    differing: int
    unexpected: Sequence[str]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that ``report.json`` holds, and the page is drawn from."""

    table: str
    key: Sequence[str]
    sides: Mapping[str, str]
    rows: Mapping[str, int]
    differing: int
    decided: int
    to_review: int
    changes: Mapping[str, int]
    rules: Mapping[str, int]
    review: Mapping[str, int]
    patch: Mapping[str, int]
    warnings: Sequence[str]
    samples: Mapping[str, Sequence[Mapping[str, Any]]]
    made_at: str = ""
    verified: Verified | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        return asdict(self)


def report_of(
    table: str,
    key: Sequence[str],
    places: Mapping[str, Place],
    rows: Mapping[str, int],
    plan: Plan,
    warnings: Sequence[str],
) -> Report:
    """Return the report of a written plan."""
    return Report(
        table=table,
        key=key,
        sides={side: str(place) for side, place in places.items()},
        rows=rows,
        differing=plan.decided + plan.to_review,
        decided=plan.decided,
        to_review=plan.to_review,
        changes={change: plan.changes[change] for change in Change if plan.changes[change]},
        rules=dict(plan.rules.most_common()),
        review=dict(plan.review.most_common()),
        patch=dict(sorted(plan.rows.items())),
        warnings=tuple(warnings),
        samples=plan.samples,
    )
