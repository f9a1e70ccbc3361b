"""The gallery of templates: which there are, for whose postmortems each is, and what it is made of."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from store.types import Severity

FOLDER, ENDING = "postmortem/", ".md.j2"
OURS = "postmortem"  # the name of the template for everything else
PARTS = "parts"  # macros, and no template of its own

_TEAM = re.compile(r"team-(?P<team>.+?)(?:-(?P<severity>sev[1-4]))?")
_BLOCK = re.compile(r"\{%-?\s*block\s+(\w+)\s*-?%\}(.*?)\{%-?\s*endblock\b[^%]*%\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Template:
    """A template as it is in force: the file's name without its ending, whose it is, where, and what it says."""

    name: str
    whose: Literal["ours", "yours"]
    file: str
    source: str

    @property
    def severity(self) -> Severity | None:
        """The severity that it is for, or None for all."""
        match = _TEAM.fullmatch(self.name)
        word = match["severity"] if match else self.name
        return Severity(word) if word in set(Severity) else None

    def team(self, names: Sequence[str]) -> str:
        """Return the team that it is for, as one of *names* is written where one fits; empty for all."""
        match = _TEAM.fullmatch(self.name)
        if match is None:
            return ""
        return next((name for name in names if as_file(name) == match["team"]), match["team"])

    @property
    def blocks(self) -> Sequence[tuple[str, str]]:
        """Name and text of each block, in order."""
        return [(name, text.strip("\n")) for name, text in _BLOCK.findall(self.source)]


def as_file(team: str) -> str:
    """Return a team as names of files write it."""
    return re.sub(r"[^a-z0-9]+", "-", team.lower()).strip("-")
