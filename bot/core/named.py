"""The cast by name: who took part, as people are called, for readers who may know. A postmortem uses roles instead."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.core.case import Case
from bot.core.cast import OURSELVES, SOMEONE, Cast, role_label
from bot.core.marks import points
from bot.core.rows import Row, rows
from bot.core.timeline import Moment
from store.types import EntryKind


class Named(Cast):
    """Tells every person of a case by name."""

    def __init__(self, case: Case) -> None:
        self._called = {ref: called(list(names)) for ref, names in case.people.items()}
        self._accounts: Mapping[str, str] = {next(iter(names)): ref for ref, names in case.people.items() if names}

    def of(self, ref: str | None) -> str:
        """Return the name of a person, or ours when nobody acted."""
        return OURSELVES if ref is None else self._called.get(ref, SOMEONE)

    def actor(self, moment: Moment) -> str:
        """Return who did or said what an entry records; a recorded incident knows roles only."""
        if moment.kind is EntryKind.REPLAYED:
            return role_label(str(moment.facts.get("role") or SOMEONE))
        return self.of(moment.actor)

    def mentioned(self, slack_id: str) -> str:
        """Return the name of whom Slack's `<@U1>` points at."""
        return f"@{self.of(self._accounts[slack_id])}" if slack_id in self._accounts else f"@{slack_id}"

    def redacted(self, text: str, joined_by: str = " ") -> str:  # noqa: ARG002 - the cast by roles needs it
        """Return *text* as it was written."""
        return text

    @property
    def names(self) -> dict[str, str]:
        """Map accounts to names."""
        return {account: self._called[ref] for account, ref in self._accounts.items()}


@dataclass(frozen=True, slots=True)
class NamedCase:
    """A case and its people by name. ``names`` maps accounts to what people are called."""

    case: Case
    cast: Named

    @property
    def names(self) -> dict[str, str]:
        return self.cast.names

    def rows(self, only: Collection[int] | None = None) -> tuple[Row, ...]:
        """Return a row for every entry, or for those numbered *only*, in the order in which things happened."""
        return rows(self.case, self.cast, points(self.case), only)


def called(names: Sequence[str]) -> str:
    """Return what to call someone whose account and then names these are: "Ana", or "ana" for "shell:ana"."""
    if len(names) > 1:
        return names[1]
    return names[0].removeprefix("shell:").removeprefix("replay:") if names else SOMEONE
