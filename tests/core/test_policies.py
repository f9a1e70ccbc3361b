"""Policies: what the reader takes and refuses, and that the schema for editors agrees."""

import json

import pytest
import yaml
from jsonschema import Draft202012Validator

from bot.core.lifecycles import CircleError, lifecycle
from bot.core.marked_yaml import BrokenFileError
from bot.core.policies import parse
from tests.shared import REPOSITORY

SCHEMA = Draft202012Validator(json.loads((REPOSITORY / "docs/reference/policy.schema.json").read_text("utf-8")))
GUIDE = (REPOSITORY / "docs" / "reconcile.md").read_text().split("```yaml\n")[1].split("```")[0]

# what stands under `columns:`, what is said about it, and where
MISTAKES = [
    ("stock: count", "2:10: the policy of `stock` is `count`. Did you mean `counter`?"),
    ("stock: {}", "2:10: the policy of `stock` needs exactly one rule."),
    ("stock: {prefer: C}", "2:19: `prefer` in the policy of `stock` names no side. Write `prefer: A` or `prefer: B`."),
    ("stock: {prefer: A, min_gap: 5s}", "2:31: `min_gap` belongs to `last_write_wins`. Remove it."),
    ("stock: {last_write_wins: at, min_gap: 5}", "2:41: `min_gap` in the policy of `stock` is a number to YAML"),
    (
        "stock: {last_write_wins: at, min_gap: soon}",
        "2:41: `min_gap` in the policy of `stock` is `soon`. Write a number",
    ),
    ("stock: {lifecycle: [paid]}", "2:23: a line of the lifecycle in the policy of `stock` puts states in order"),
    ("stock: {lifecycle: [a < b, b < c, c < a]}", "2:22: the lifecycle in the policy of `stock` goes in a circle: "),
    ("stock: {newest: at}", "2:11: the policy of `stock` has an unknown key `newest`."),
    ("stock: max\n  stock: min", "3:3: `columns` has `stock` twice. Keep one."),
    ("stock: max\nrows: {last_write_wins: at}", "3:7: `rows` decides whole rows, so `columns` would never be asked."),
    ("stock: max\ninvariant: {}", "3:1: the policy has an unknown key `invariant`. Did you mean `invariants`?"),
]


@pytest.mark.parametrize(("written", "said"), MISTAKES)
def test_a_mistake_is_told_with_its_place(written: str, said: str) -> None:
    text = f"columns:\n  {written}\n"
    with pytest.raises(BrokenFileError) as told:
        parse(text, "policy.yaml")
    assert f"policy.yaml:{said}" in str(told.value)
    if "twice" not in said and "circle" not in said and "`min_gap` belongs" not in said:  # which no schema can tell
        assert not SCHEMA.is_valid(yaml.safe_load(text))


def test_the_policy_of_the_guide_reads_and_fits_the_schema() -> None:
    policy = parse(GUIDE, "policy.yaml")
    assert [rule.name for rule in policy.columns.values()] == [
        *("lifecycle", "counter", "last_write_wins", "max", "min", "union", "prefer", "immutable", "manual")
    ]
    assert policy.invariants == {"stock is never negative": "stock >= 0"}
    assert SCHEMA.is_valid(yaml.safe_load(GUIDE))


def test_a_lifecycle_orders_what_its_lines_order_together_and_nothing_else() -> None:
    order = lifecycle([["pending", "paid", "shipped", "delivered"], ["paid", "refunded"], ["delivered", "returned"]])
    assert order.later("returned", "pending") == "returned"
    assert order.later("paid", "paid") == "paid"
    assert order.later("refunded", "returned") is None
    assert order.later("refunded", "shipped") is None
    with pytest.raises(CircleError):
        lifecycle([["a", "b"], ["b", "a"]])
