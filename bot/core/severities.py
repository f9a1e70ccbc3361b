"""Severities: what each of them means and demands. A team may change the demands in its settings."""

from collections.abc import Mapping
from dataclasses import dataclass

from store.types import Severity


@dataclass(frozen=True, slots=True)
class Demand:
    """What a severity asks of people. Minutes and hours; None means it asks for none."""

    meaning: str
    update_minutes: int | None
    roles: tuple[str, ...]
    postmortem_hours: int | None
    announced: bool = True


Demands = Mapping[Severity, Demand]

DEFAULTS: Demands = {
    Severity.SEV1: Demand(
        "customers cannot use the product, or data is at risk",
        20,
        ("incident_commander", "communications", "scribe"),
        48,
    ),
    Severity.SEV2: Demand("a main function fails for many", 30, ("incident_commander", "communications"), 48),
    Severity.SEV3: Demand("a function is degraded, or few are affected", 60, ("incident_commander",), 120),
    Severity.SEV4: Demand("no customer notices", None, (), None, announced=False),
}

SHAPE = {Severity.SEV1: "🔴", Severity.SEV2: "🟠", Severity.SEV3: "🟡", Severity.SEV4: "🔵"}
RESOLVED_SHAPE = "🟢"


def severity_named(word: str) -> Severity | None:
    """Return the severity a person means by "sev1", "SEV-1", "s1" or "1", or None."""
    digits = word.lower().removeprefix("severity").removeprefix("sev").removeprefix("s").lstrip("-_ ")
    return next((severity for severity in Severity if severity.value == f"sev{digits}"), None)
