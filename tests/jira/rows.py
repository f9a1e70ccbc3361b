"""Rows that two diverged tables hold differently."""

from typing import Any

from bot.core.conflicts import Conflict


def a_conflict(number: int, customer: str = "ada", rule: str = "lifecycle", important: bool = False) -> Conflict:
    """Return a row that was shipped on A and refunded on B."""
    versions: dict[str, dict[str, Any]] = {
        side: {"id": number, "customer": customer, "status": status}
        for side, status in (("a", "shipped"), ("b", "refunded"), ("base", "paid"))
    }
    told = versions | {"id": f"{number:032x}", "table": "orders", "key": {"id": number}, "rules": [rule]}
    told["why"] = "neither comes after the other"
    told["columns"] = []
    because = "nothing in the row says which version is right"
    return Conflict(str(told["id"]), "orders", (rule,), told, customer, {"plan": "gold"}, important, None, because)
