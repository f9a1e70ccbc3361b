"""Preflight: what must hold before two tables can be compared, and what a person should know beforehand."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from bot.core.marked_yaml import BrokenFileError, Problem, nearest
from bot.core.policies import Policy
from bot.core.rules import Counts, Extreme, FollowsLifecycle, LastWriteWins, Rule, Union
from bot.insight.reconcile import queries
from bot.insight.reconcile.columns import TEXT, Column, in_common
from bot.insight.reconcile.databases.table import DATABASES
from bot.insight.reconcile.engines.engine import Engine, translated
from bot.insight.reconcile.places import Place, ReconcileError
from bot.insight.reconcile.queries import Table

MOST_SHOWN = 5  # bad keys in a message

Warn = Callable[[str], None]


def opened(engine: Engine, places: dict[str, Place], key: Sequence[str], warn: Warn) -> Table:
    """Open every side on *engine* and return the table that they have in common."""
    names = {"a": "A", "b": "B", "base": "the base"}
    for side, place in places.items():
        if place.kind in DATABASES and side != "base":
            with DATABASES[place.kind](place) as database:
                if database.takes_writes():
                    warn(f"{names[side]} takes writes. What is written from now on is not overwritten: compare again.")
    found = {side: engine.open(side, place) for side, place in places.items()}
    common = in_common({names[side]: (places[side].kind, columns) for side, columns in found.items()}, warn)
    by_name = {one.name: one for one in common}
    if missing := [name for name in key if name not in by_name]:
        raise ReconcileError(f"There is no column {', '.join(missing)}. {nearest(missing[0], by_name)}")
    return Table(
        key=tuple(by_name[name] for name in key),
        rest=tuple(one for one in common if one.name not in key),
        native={side: {one.name: one.type for one in columns} for side, columns in found.items()},
        nan_equals_nan=engine.capabilities.nan_equals_nan,
    )


def require_unique_keys(engine: Engine, table: Table) -> bool:
    """Raise ReconcileError, with examples, when a key is Null or there twice: then nothing can be matched.

    Return whether every side is in the order of its key.
    """
    rising = _rising(engine, table) if len(table.key) == 1 and engine.capabilities.keeps_order else set()
    for side in table.sides:
        if side in rising:
            continue  # a file in the order of its key proves it in one look, without memory for all keys
        if engine.is_key(side, [one.name for one in table.key]) and _is_kept(table, side):
            continue
        batches = engine.run(translated(engine, queries.bad_keys(table, side, MOST_SHOWN)))
        bad = [row for batch in batches for row in batch.to_pylist()]
        if bad:
            names = ", ".join(one.name for one in table.key)
            shown = "; ".join(
                f"{', '.join(str(row[f'k{i}']) for i in range(len(table.key)))} is there {row['n']} times"
                for row in bad
            )
            where = "the base" if side == "base" else side.upper()
            raise ReconcileError(f"{names} is no key of {where}: {shown}. Name columns that are: --key id,line")
    return rising == set(table.sides)


def _is_kept(table: Table, side: str) -> bool:
    """Tell whether keys that differ still do once they are brought to the types in common."""
    return all(one.is_whole or table.native[side][one.name] == one.type for one in table.key)


def _rising(engine: Engine, table: Table) -> set[str]:
    """Return the sides in which every key is larger than the one before, looking at all of them at once."""
    with ThreadPoolExecutor(len(table.sides)) as pool:
        rises = pool.map(partial(_rises, engine, table), table.sides)
        return {side for side, does in zip(table.sides, rises, strict=True) if does}


def _rises(engine: Engine, table: Table, side: str) -> bool:
    """Tell whether every key is larger than the one before."""
    last: pa.Scalar | None = None
    for batch in engine.run(translated(engine, queries.keys_in_order(table, side))):
        keys = batch.column("k0")
        if not len(keys):
            continue
        if keys.null_count or pc.all(pc.less(keys[:-1], keys[1:])).as_py() is False:
            return False
        if last is not None and not pc.less(last, keys[0]).as_py():
            return False
        last = keys[-1]
    return True


def check_policy(policy: Policy, table: Table, warn: Warn) -> None:
    """Raise BrokenFileError for a policy that does not fit the table; warn of what would fill the review queue."""
    rest = {one.name: one for one in table.rest}
    problems: list[Problem] = []
    for name, rule in policy.columns.items():
        place = policy.places[name]
        if name not in rest:
            told = (
                "is part of the key, which never changes. Remove it" if _in_key(name, table) else "is not in the table"
            )
            hint = "" if _in_key(name, table) else f" {nearest(name, rest)}"
            problems.append(Problem(policy.source, *place, f"`{name}` {told}.{hint}".replace("..", ".")))
        elif not _fits(rule, rest[name]):
            kind = rest[name].type
            problems.append(Problem(policy.source, *place, f"`{rule.name}` cannot decide `{name}`, which is {kind}."))
    for clock in sorted(policy.clocks):
        if clock not in rest or not rest[clock].is_time:
            sentence = f"`last_write_wins: {clock}` names no column with times. {nearest(clock, rest)}"
            problems.append(Problem(policy.source, 1, 1, sentence))
        elif clock not in policy.columns and policy.row is None:
            warn(f"{clock} has no policy, so every row that both sides changed goes to review. Write `{clock}: max`.")
    customer = policy.tickets.customer
    if customer and not _in_key(customer, table) and customer not in rest:
        sentence = f"`customer: {customer}` names no column. {nearest(customer, rest)}"
        problems.append(Problem(policy.source, *policy.places["tickets customer"], sentence))
    if problems:
        raise BrokenFileError(problems)
    if not table.has_base and any(isinstance(rule, Counts) for rule in policy.columns.values()):
        warn("Without a base no counter can be merged: each goes to review. Name the last common state: --base FILE")


def _in_key(name: str, table: Table) -> bool:
    return any(one.name == name for one in table.key)


def _fits(rule: Rule, one: Column) -> bool:
    match rule:
        case Counts():
            return one.is_whole or one.is_float or one.type.startswith("DECIMAL(")
        case FollowsLifecycle():
            return one.type == TEXT
        case Union():
            return one.type == TEXT if rule.separator else one.type.endswith("[]")
        case Extreme():
            return not one.type.endswith("[]")
        case LastWriteWins():
            return True
    return True
