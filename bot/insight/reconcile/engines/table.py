"""Every engine by the word that names it at a shell. Each is imported when it is asked for: some are large."""

from collections.abc import Callable, Mapping

from bot.insight.reconcile.engines.engine import Engine


def _duckdb() -> Engine:
    from bot.insight.reconcile.engines.duckdb import DuckDB

    return DuckDB()


ENGINES: Mapping[str, Callable[[], Engine]] = {"duckdb": _duckdb}
