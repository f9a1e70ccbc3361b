"""Sync: what an action item and its ticket become when here, in Jira or on both sides something was changed.

The base is what both sides held when they last agreed, each in its own words. Whatever one side changed since is taken
over by the other; only where both changed the same field does its rule decide. No rule asks a clock: two machines'
clocks differ, and the answer must be the same whichever side is looked at first. An echo of what we wrote ourselves is
what the base says, so it changes nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from store.types import ActionState


class Field(StrEnum):
    """What an item and its ticket have in common."""

    TITLE = "title"
    STATE = "state"
    OWNER = "owner"
    PRIORITY = "priority"
    DUE_ON = "due_on"


Values = Mapping[Field, str | None]
Agreed = dict[str, list[str | None]]  # by field: what stood here, and what stood in Jira


@dataclass(frozen=True, slots=True)
class Sides:
    """An item and its ticket as they are now.

    ``ours`` and ``theirs`` are each in its own words: a reference and an account, ``p1`` and the id of a priority.
    ``read`` is what Jira's values mean here, without those that mean nothing here; ``written`` is what ours would be in
    Jira, without those that Jira does not take.
    """

    ours: Values
    theirs: Values
    read: Values
    written: Values


@dataclass(frozen=True, slots=True)
class Merged:
    """What is to be changed here (``take``) and in Jira (``push``), and on what both sides agree once it is."""

    take: Values
    push: Values
    agreed: Agreed


def _more_urgent(ours: str | None, theirs: str | None) -> bool:
    return (ours or "") <= (theirs or "")  # p0 before p3, and an earlier date before a later one


def _still_open(ours: str | None, theirs: str | None) -> bool:
    return ours == ActionState.OPEN or theirs != ActionState.OPEN


def _nobody_there(ours: str | None, theirs: str | None) -> bool:
    return ours is not None and theirs is None


RULES: Mapping[Field, Callable[[str | None, str | None], bool]] = {  # whether ours stays, when both sides changed it
    Field.TITLE: lambda ours, theirs: True,  # noqa: ARG005 - the postmortem quotes it
    Field.STATE: _still_open,
    Field.OWNER: _nobody_there,
    Field.PRIORITY: _more_urgent,
    Field.DUE_ON: _more_urgent,
}


def merged(base: Agreed | None, sides: Sides) -> Merged:
    """Return what becomes of both sides. Without a *base*, of a ticket from before there was one, Jira's values stand.

    A field that the base lacks was never told to Jira, which has it by its own default: both sides keep what they have.
    """
    take: dict[Field, str | None] = {}
    push: dict[Field, str | None] = {}
    agreed: Agreed = {}
    for field in Field:
        ours, theirs = sides.ours[field], sides.theirs[field]
        stays = _stays(field, base, sides)
        if stays is Stays.OURS and sides.written.get(field, theirs) != theirs:
            push[field] = theirs = sides.written[field]
        elif stays is Stays.THEIRS and sides.read[field] != ours:
            take[field] = ours = sides.read[field]
        agreed[field] = [ours, theirs]
    return Merged(take, push, agreed)


class Stays(StrEnum):
    """Whose value stands on both sides from now on."""

    EACH = "each"
    OURS = "ours"
    THEIRS = "theirs"


def _stays(field: Field, base: Agreed | None, sides: Sides) -> Stays:
    readable = field in sides.read
    if base is None:
        return Stays.THEIRS if readable else Stays.EACH
    if field not in base:
        return Stays.EACH
    ours, theirs = sides.ours[field], sides.theirs[field]
    here, there = ours != base[field][0], theirs != base[field][1]
    if not there:
        return Stays.OURS if here else Stays.EACH
    if not readable:
        return Stays.OURS
    if not here:
        return Stays.THEIRS
    alike = sides.read[field] == ours or sides.written.get(field) == theirs
    return Stays.EACH if alike else Stays.OURS if RULES[field](ours, sides.read[field]) else Stays.THEIRS
