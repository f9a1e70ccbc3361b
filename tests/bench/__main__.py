"""``python -m tests.bench [NAME …]`` runs the benchmarks, all of them without a name; see ``make bench``."""

import json
import sys
from collections.abc import Callable
from typing import Any

from tests.bench import (
    ack,
    cache,
    insights,
    lint,
    open,
    outbox,
    reconcile,
    reconcile_postgresql,
    start,
    timeline,
    web,
    webhooks,
)

BENCHES: dict[str, Callable[[], dict[str, Any]]] = {
    "open": open.bench,
    "ack-help": ack.bench_help,
    "ack-note": ack.bench_note,
    "timeline": timeline.bench,
    "cache": cache.bench,
    "start": start.bench,
    "web-list": web.bench_list,
    "web-search": web.bench_search,
    "web-incident": web.bench_incident,
    "webhooks": webhooks.bench,
    "outbox": outbox.bench,
    "lint": lint.bench,
    "web-insights": insights.bench,
    "reconcile-threeway": reconcile.bench_threeway,
    "reconcile-digest": reconcile.bench_digest,
    "reconcile-window": reconcile.bench_window,
    "reconcile-postgresql": reconcile_postgresql.bench,
}


def main(names: list[str]) -> int:
    """Run what was named, print a line of JSON for each, and return the exit code."""
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        sys.stderr.write(f"There is no benchmark {', '.join(unknown)}. There are: {', '.join(BENCHES)}\n")
        return 2
    for name in names or BENCHES:
        sys.stdout.write(json.dumps(BENCHES[name]()) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
