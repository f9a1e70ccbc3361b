"""Schemathesis over the whole OpenAPI of a running bot: every check, every operation, from a fixed seed."""

from typing import Any

import schemathesis
from schemathesis.engine import events, from_schema

SEED = 20260310
REJECTED = ["400", "401", "403", "404", "405", "406", "409", "415", "422", "428", "429"]
# What is refused where things stand, or for a reason that no schema can tell: an address that is not public.
REFUSED_ALL_THE_SAME = ["2xx", "3xx", "401", "403", "404", "409", "412", "422", "429"]


def failures(url: str, headers: dict[str, str], *, examples: int, phases: tuple[str, ...]) -> tuple[int, list[str]]:
    """Return how many requests were made, and what was wrong with the answers, one line for each kind of failure."""
    settings: dict[str, Any] = {
        "seed": SEED,
        "headers": headers,
        "generation": {"max-examples": examples, "database": "none"},
        "phases": {name: {"enabled": name in phases} for name in ("examples", "coverage", "fuzzing", "stateful")},
        "checks": {
            "positive_data_acceptance": {"expected-statuses": REFUSED_ALL_THE_SAME},
            "negative_data_rejection": {"expected-statuses": [*REJECTED, "413"]},
            "missing_required_header": {"expected-statuses": ["401", "403", "415", "422", "428"]},
        },
    }
    config = schemathesis.Config.from_dict(settings)
    schema = schemathesis.openapi.from_url(f"{url}/openapi.json", config=config)
    made, found = 0, dict[str, str]()
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            made += len(event.recorder.cases)
            for checks in event.recorder.checks.values():
                for check in checks:
                    if check.failure_info is not None:
                        failure = check.failure_info.failure
                        line = f"{failure.operation}: {check.name}: {failure.title}: {failure.message}"
                        found.setdefault(line, check.failure_info.code_sample)
        elif isinstance(event, events.NonFatalError | events.FatalError):
            found.setdefault(f"error: {event}", "")
    return made, [f"{line}\n{sample}" for line, sample in found.items()]
