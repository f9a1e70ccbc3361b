"""Faults that a test or a drill orders: a refusal, a server error, a cut connection, a delay."""

from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal["429", "5xx", "cut_before", "cut_after", "delay", "error"]
KINDS = get_args(Kind)


@dataclass
class Fault:
    """What goes wrong with the next calls of *method* (`*`: any), *times* times after *after* calls went well.

    `cut_before` drops the connection and nothing has happened; `cut_after` drops it when everything has.
    `delay` holds the call for *seconds* and then lets it through.
    """

    method: str = "*"
    kind: str = "5xx"
    times: int = 1
    after: int = 0
    retry_after: int = 1
    status: int = 500
    error: str = "internal_error"
    seconds: float = 1.0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"there is no fault {self.kind!r}, only {', '.join(KINDS)}")


class Faults:
    def __init__(self) -> None:
        self._ordered: list[Fault] = []

    def order(self, fault: Fault) -> None:
        self._ordered.append(fault)

    def take(self, method: str) -> Fault | None:
        """The fault that this call of *method* meets, if any; it is used up by that."""
        for fault in self._ordered:
            if fault.method not in ("*", method):
                continue
            if fault.after:
                fault.after -= 1
                continue
            fault.times -= 1
            if fault.times <= 0:
                self._ordered.remove(fault)
            return fault
        return None

    def clear(self) -> None:
        self._ordered.clear()
