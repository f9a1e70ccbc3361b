"""Every engine by the word that names it at a shell. One is imported when it is asked for: some are large."""

from collections.abc import Mapping
from importlib import import_module

from bot.core.marked_yaml import nearest
from bot.insight.reconcile.engines.engine import Engine
from bot.insight.reconcile.places import ReconcileError

ENGINES: Mapping[str, str] = {
    "duckdb": "DuckDB",
    "postgresql": "OnPostgreSQL",
    "spark": "Spark",
    "clickhouse": "ClickHouse",
}


def engine(name: str) -> Engine:
    """Return the engine *name*, ready to open tables; raise ReconcileError when what it needs is not installed."""
    if name not in ENGINES:
        raise ReconcileError(f"There is no engine {name}. {nearest(name, ENGINES)}")
    try:
        module = import_module(f"bot.insight.reconcile.engines.{name}")
    except ImportError as error:
        raise ReconcileError(
            f"The engine {name} needs {error.name}, which is not installed. Leave out --engine."
        ) from None
    made: Engine = getattr(module, ENGINES[name])()
    return made
