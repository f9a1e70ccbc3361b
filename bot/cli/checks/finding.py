"""A finding: what a check saw, and what to type about it."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How it is. A note is worth knowing, and nothing has to be done about it."""

    OK = "ok"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """``about`` names the part, ``said`` what was seen, its value and where that comes from, ``type`` what to type."""

    about: str
    state: State
    said: str
    type: str = ""


def ok(about: str, said: str) -> Finding:
    """It is as it should be."""
    return Finding(about, State.OK, said)


def note(about: str, said: str, type: str = "") -> Finding:
    """It may be meant so."""
    return Finding(about, State.NOTE, said, type)


def wrong(about: str, said: str, type: str) -> Finding:
    """It has to be mended."""
    return Finding(about, State.WRONG, said, type)
