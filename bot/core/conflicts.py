"""Conflicts: rows of two diverged tables that no policy decides, put into few tickets, each with a suggestion."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from bot.core.values import fingerprint, moment
from store.types import Keep

MOST_TICKETS = 20  # of one run; each is a message in the incident's channel
SHOWN = 5  # rows that a ticket shows side by side; all of them are attached

Told = Mapping[str, Any]  # a decision as ``Decision.as_json`` tells it


@dataclass(frozen=True, slots=True)
class Decided:
    """What a person decided about a row: which side, or the columns that they wrote themselves, as text."""

    keep: Keep
    edited: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Conflict:
    """One row that a person decides. ``id`` is the same for the same table, key and versions.

    ``customer``  whom it is about, "" where nobody knows; ``impact`` is what is at stake for them, by name;
    ``important`` when it gets a ticket of its own; ``suggested`` is which side to keep, and ``because`` why.
    """

    id: str
    table: str
    rules: tuple[str, ...]
    told: Told
    customer: str = ""
    impact: Mapping[str, Any] | None = None
    important: bool = False
    suggested: Keep | None = None
    because: str = ""

    @property
    def cause(self) -> str:
        """What names the rule that could not decide."""
        return " and ".join(self.rules)

    def as_json(self) -> dict[str, Any]:
        """Return everything that is kept of it."""
        about = {"customer": self.customer, "impact": self.impact, "suggested": self.suggested, "because": self.because}
        return dict(self.told) | about


def conflict_from(kept: Told) -> Conflict:
    """Return a conflict from what was kept of it."""
    keep = Keep(kept["suggested"]) if kept["suggested"] else None
    rules = tuple(kept["rules"])
    about = (kept["customer"], kept["impact"], False, keep, kept["because"])
    return Conflict(kept["id"], kept["table"], rules, kept, *about)


@dataclass(frozen=True, slots=True)
class Bundle:
    """The rows of one ticket. ``group`` is the same for the same cause and customer in every run."""

    group: str
    table: str
    cause: str
    customer: str
    conflicts: tuple[Conflict, ...]

    @property
    def title(self) -> str:
        """What is to be done, in one line."""
        whose = f" of {self.customer}" if self.customer else ""
        return f"Decide {self.table}{whose}: {self.cause}"


def suggested(told: Told, clocks: Iterable[str]) -> tuple[Keep | None, str]:
    """Return which side seems right, and why; None where a guess would be no better than chance.

    A row is never suggested to be deleted. Of two rows, the one that was written later, by the first of *clocks* that
    both have.
    """
    a, b = told["a"], told["b"]
    if a is None or b is None:
        side = Keep.A if a is not None else Keep.B
        return side, f"only {side.upper()} still has the row, and what is kept can be deleted later"
    for clock in clocks:
        on_a, on_b = moment(a.get(clock)), moment(b.get(clock))
        if on_a is not None and on_b is not None and on_a != on_b:
            side = Keep.A if on_a > on_b else Keep.B
            return side, f"{clock} is later on {side.upper()}"
    return None, "nothing in the row says which version is right"


def bundled(conflicts: Sequence[Conflict], most: int = MOST_TICKETS) -> list[Bundle]:
    """Return conflicts in as many bundles as there are causes and customers, the largest first.

    An important one stands alone. When there would be more than *most*, the small customers of a cause share a bundle.
    """
    alone = sorted((one for one in conflicts if one.important), key=lambda one: one.id)[: most // 2]
    apart = {conflict.id for conflict in alone}
    rest = [conflict for conflict in conflicts if conflict.id not in apart]
    groups, room = _grouped(rest), most - len(alone)
    if len(groups) > room:
        kept = groups[: max(0, room - len({(one[0].table, one[0].cause) for one in groups}))]
        ids = {conflict.id for group in kept for conflict in group}
        groups = kept + _grouped([conflict for conflict in rest if conflict.id not in ids], by_customer=False)
    return [_bundle([one], one.id) for one in alone] + [_bundle(group) for group in groups]


def _grouped(conflicts: Iterable[Conflict], by_customer: bool = True) -> list[list[Conflict]]:
    def key(conflict: Conflict) -> tuple[str, str, str]:
        return conflict.table, conflict.cause, conflict.customer if by_customer else ""

    groups = [list(group) for _, group in groupby(sorted(conflicts, key=lambda one: (*key(one), one.id)), key)]
    return sorted(groups, key=lambda group: (-len(group), key(group[0])))


def _bundle(conflicts: Sequence[Conflict], alone: str = "") -> Bundle:
    first, customers = conflicts[0], {one.customer for one in conflicts}
    customer = first.customer if len(customers) == 1 else ""
    group = fingerprint(first.table, first.cause, customer, alone)
    return Bundle(group, first.table, first.cause, customer, tuple(conflicts))


def differing(told: Told) -> set[str]:
    """Return the columns that a conflict is about: those that differ between A and B, and from the base."""
    a, b, base = told["a"] or {}, told["b"] or {}, told["base"] or {}
    names = dict.fromkeys([*a, *b])
    return {name for name in names if len({repr(row.get(name)) for row in (a, b, base) if row}) > 1}


def kept(told: Told, keep: Keep, edited: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the row that a decision makes; None for one that is to be deleted. An edit begins with A, or with B."""
    row = told[keep.value] if keep is not Keep.EDIT else told["a"] or told["b"]
    return None if row is None else {**row, **edited}


def as_table(conflicts: Iterable[Conflict]) -> list[list[str]]:
    """Return every conflict as rows for a spreadsheet: one for each version, side under side."""
    columns = list(dict.fromkeys(name for one in conflicts for row in _versions(one).values() for name in row or {}))
    lines = [["id", "table", "rule", "why", "customer", "suggested", "version", *columns]]
    for one in conflicts:
        about = [one.id, one.table, one.cause, str(one.told["why"]), one.customer, one.suggested or ""]
        lines += [
            [*about, name, *("" if row.get(column) is None else str(row[column]) for column in columns)]
            for name, row in _versions(one).items()
            if row is not None
        ]
    return lines


def _versions(one: Conflict) -> dict[str, Mapping[str, Any] | None]:
    return {"A": one.told["a"], "B": one.told["b"], "base": one.told["base"]}
