"""Merge: what two diverged versions of a row become, per row and per column, and why.

With the last common version, a column that one side changed takes that change, and a rule is asked only where both
changed it differently. Without it, whatever differs was changed "differently", and a row on one side only may have been
inserted there or deleted on the other: nobody can tell, so a person does.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from bot.core.policies import Policy
from bot.core.rules import NO_POLICY, Conflict, Counts, LastWriteWins, Open, Settled
from bot.core.values import Row, fingerprint, only_normalisation, plain, plain_row, same, same_row


class Change(StrEnum):
    """Who changed a row or a column since the last common version."""

    NONE = "unchanged"
    ON_A = "on_a"
    ON_B = "on_b"
    ALIKE = "both_alike"
    DIFFERENTLY = "both_differently"


ONE_SIDE, ALIKE = "changed on one side", "changed alike"  # what needs no rule
_WHY = {
    Change.ON_A: "only A changed the row",
    Change.ON_B: "only B changed the row",
    Change.DIFFERENTLY: "both sides changed the row",
}


@dataclass(frozen=True, slots=True)
class Versions:
    """One row as A, B and the base have it; None where it is not. Rows hold the key columns too."""

    key: tuple[Any, ...]
    a: Row | None
    b: Row | None
    base: Row | None


@dataclass(frozen=True, slots=True)
class ColumnDecision:
    """One column of a merged row: the rule, what went in, what came out. ``decided`` is False for a person's part."""

    column: str
    change: Change
    rule: str
    a: Any
    b: Any
    base: Any
    result: Any
    decided: bool
    why: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a row, by which rules. ``result`` is None for a row to delete, or one that a person decides."""

    versions: Versions
    change: Change
    rules: tuple[str, ...]
    why: str
    result: Row | None
    review: bool = False
    columns: tuple[ColumnDecision, ...] = ()

    def sent_to_review(self, rule: str, why: str) -> "Decision":
        """Return this decision as a suggestion that a person has to confirm."""
        return replace(self, rules=(rule,), why=why, review=True)

    def decided_by_a_person(self, result: Row | None, how: str) -> "Decision":
        """Return what a person made of this decision, which waited for them."""
        return replace(self, rules=("a person",), why=how, result=result, review=False)

    def as_json(self, table: str, key: tuple[str, ...]) -> dict[str, Any]:
        """Return everything that went in and came out. ``id`` is the same for the same table, key and versions."""
        versions = self.versions
        named = {name: plain(value) for name, value in zip(key, versions.key, strict=True)}
        a, b, base = plain_row(versions.a), plain_row(versions.b), plain_row(versions.base)
        return {
            "id": fingerprint(table, named, a, b),
            "table": table,
            "key": named,
            "outcome": "review" if self.review else "merged",
            "change": self.change,
            "rules": self.rules,
            "why": self.why,
            "columns": [_column_as_json(column) for column in self.columns],
            "a": a,
            "b": b,
            "base": base,
            "result": plain_row(self.result),
        }


def _column_as_json(column: ColumnDecision) -> dict[str, Any]:
    return {
        "column": column.column,
        "change": column.change,
        "rule": column.rule,
        "a": plain(column.a),
        "b": plain(column.b),
        "base": plain(column.base),
        "result": plain(column.result),
        "decided": column.decided,
        "why": column.why,
    }


def decide(versions: Versions, policy: Policy, has_base: bool) -> Decision:
    """Return what becomes of one row. *has_base* tells whether a base was given at all."""
    a, b = versions.a, versions.b
    if a is None or b is None:
        return _one_sided(versions, has_base)
    if same_row(a, b):
        return Decision(versions, Change.ALIKE, (ALIKE,), "both sides hold the same row", a)
    base = versions.base if has_base else None
    if base is not None and same_row(b, base):
        change = Change.ON_A
    elif base is not None and same_row(a, base):
        change = Change.ON_B
    else:
        change = Change.DIFFERENTLY
    if policy.row is not None and change is Change.DIFFERENTLY:
        return _whole_row(versions, a, b, policy.row)
    columns = tuple(_columns(a, b, base, policy))
    opened = [column for column in columns if not column.decided]
    if opened:
        why = "; ".join(f"{column.column}: {column.why}" for column in opened)
        rules = tuple(dict.fromkeys(column.rule for column in opened))
        return Decision(versions, change, rules, why, None, review=True, columns=columns)
    asked = dict.fromkeys(column.rule for column in columns if column.rule not in (ONE_SIDE, ALIKE))
    result = dict(a) | {column.column: column.result for column in columns}
    return Decision(versions, change, tuple(asked) or (ONE_SIDE,), _WHY[change], result, columns=columns)


def _one_sided(versions: Versions, has_base: bool) -> Decision:
    a, b, base = versions.a, versions.b, versions.base
    kept, here, there = (a, "A", "B") if a is not None else (b, "B", "A")
    changed = Change.ON_A if here == "A" else Change.ON_B
    if kept is None:
        return Decision(versions, Change.ALIKE, ("deleted",), "both sides deleted the row", None)
    if not has_base:
        why = f"only {here} has this row: inserted there, or deleted on {there}? Without a base nobody can tell"
        return Decision(versions, Change.DIFFERENTLY, ("one-sided",), why, None, review=True)
    if base is None:
        return Decision(versions, changed, ("inserted",), f"{here} inserted the row", kept)
    if same_row(kept, base):
        elsewhere = Change.ON_B if here == "A" else Change.ON_A
        return Decision(versions, elsewhere, ("deleted",), f"{there} deleted the row, {here} left it as it was", None)
    why = f"{there} deleted the row, and {here} changed it"
    return Decision(versions, Change.DIFFERENTLY, ("deleted and changed",), why, None, review=True)


def _whole_row(versions: Versions, a: Row, b: Row, rule: LastWriteWins) -> Decision:
    winner = rule.winner(a, b)
    rules = (f"rows: {rule.name}",)
    if isinstance(winner, Open):
        return Decision(versions, Change.DIFFERENTLY, rules, winner.why, None, review=True)
    why = f"{rule.clock} is later on {winner.upper()}; what the other side wrote is dropped"
    return Decision(versions, Change.DIFFERENTLY, rules, why, a if winner == "a" else b)


def _columns(a: Row, b: Row, base: Row | None, policy: Policy) -> Iterator[ColumnDecision]:
    """Yield a decision for every column that is not the same in all versions."""
    for column in a:
        common = base[column] if base is not None else None
        if same(a[column], b[column]) and (base is None or same(a[column], common)):
            continue
        conflict = Conflict(a[column], b[column], common, base is not None, a, b)
        yield _column(column, conflict, policy)


def _column(column: str, conflict: Conflict, policy: Policy) -> ColumnDecision:
    a, b, base = conflict.a, conflict.b, conflict.base
    rule = policy.columns.get(column, NO_POLICY)
    change = _change(conflict)
    by, result = rule.name, None
    answer: Settled | Open
    if rule.name == "immutable" and conflict.has_base:
        answer = rule.settle(conflict)
    elif change is Change.ALIKE and not isinstance(rule, Counts):
        by, answer = ALIKE, Settled(a, "both sides hold the same")
    elif change in (Change.ON_A, Change.ON_B):
        by, answer = ONE_SIDE, Settled(a if change is Change.ON_A else b, f"only {change[-1].upper()} changed it")
    else:
        answer = rule.settle(conflict)
    if isinstance(answer, Settled):
        result = answer.value
    hint = ". They look alike and differ in Unicode normalisation" if only_normalisation(a, b) and a != b else ""
    return ColumnDecision(column, change, by, a, b, base, result, isinstance(answer, Settled), answer.why + hint)


def _change(conflict: Conflict) -> Change:
    if same(conflict.a, conflict.b):
        return Change.ALIKE
    if conflict.has_base and same(conflict.b, conflict.base):
        return Change.ON_A
    if conflict.has_base and same(conflict.a, conflict.base):
        return Change.ON_B
    return Change.DIFFERENTLY
