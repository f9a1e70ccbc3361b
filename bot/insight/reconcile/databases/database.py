"""What reading and patching ask of a database."""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol, Self

from bot.insight.reconcile.columns import Column

IN_ONE_READ = 20_000  # rows


class Patched(Protocol):
    """A database that a patch can be run in. Use it in a `with`."""

    def execute(self, script: str) -> None:
        """Run statements that bring their own BEGIN and COMMIT; raise ReconcileError, with nothing done, on failure."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *raised: object) -> None: ...


class Database(Patched, Protocol):
    """A database that is read row by row, all of it as it stood at one moment."""

    def columns(self) -> tuple[Column, ...]:
        """Return the table's columns; raise ReconcileError when it is not there."""
        ...

    def rows(self, columns: Sequence[Column]) -> Iterator[list[tuple[Any, ...]]]:
        """Yield the table in parts."""
        ...

    def takes_writes(self) -> bool:
        """Tell whether anybody may write to it while the tables are compared."""
        ...
