"""The cast: who took part, told as roles. A postmortem says "the incident commander" or "responder 2", never a name."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from bot.core.case import Case
from bot.core.names import folded, means_somebody, parts_of
from bot.core.timeline import Moment
from store.types import EntryKind

OURSELVES = "firstfive"
SOMEONE = "someone"
SHARED = "a responder"  # a name that several people share

_ROLES = {
    "incident_commander": "the incident commander",
    "communications": "the communications lead",
    "operations": "the operations lead",
    "comms": "the communications lead",
    "monitoring": "monitoring",
    "system": "system",
}
_RANK = ("incident_commander", "communications", "operations", "scribe")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
_MENTIONED = re.compile(r"@(responder-[0-9]{1,4})\b")
_NUMBERED = re.compile(r"responder[ _-]?([0-9]{1,4})", re.IGNORECASE)
_NO_WORD = re.compile(r"[^\w-]+|_")
_HANDLE = re.compile(r"(?<![\w/`.@=:-])@(?!(?:here|channel|everyone)\b|[a-z-]+/)[A-Za-z](?:[\w.-]{0,38}\w)?(?![\w/@])")


def role_label(role: str) -> str:
    """Return a role as it stands in a sentence: "the scribe"; a numbered one, such as "responder-4", as it is."""
    if role in _ROLES:
        return _ROLES[role]
    words = " ".join(_NO_WORD.sub(" ", role).split())
    if not words:
        return SOMEONE
    return words if any(character.isdigit() for character in words) else f"the {words}"


class Cast:
    """Tells every person of a case as a role, the same one throughout.

    Whoever held a role is called by it. Others are numbered by when they first appear in the record, so that a label
    stays when entries are added. Who is only spoken of is "colleague 1". In a recorded incident people are roles
    already, and keep them.
    """

    def __init__(self, case: Case) -> None:
        taking_part = _names(case.people)
        self._names = {**_names(case.bystanders), **taking_part}
        self._recorded = _recorded_roles(case.moments)
        self._pattern = _pattern([*self._names, *(role.casefold() for role in self._recorded)])
        self._labels = self._numbered(case) | dict(_held(case))
        self._spoken_of = self._colleagues(case)

    def of(self, ref: str | None) -> str:
        """Return the label of a person, or ours when nobody acted."""
        return OURSELVES if ref is None else self._labels.get(ref) or self._spoken_of.get(ref, SOMEONE)

    def actor(self, moment: Moment) -> str:
        """Return who did or said what an entry records."""
        role = str(moment.facts.get("role") or SOMEONE)
        return role_label(role) if moment.kind is EntryKind.REPLAYED else self.of(moment.actor)

    def mentioned(self, slack_id: str) -> str:
        """Return the label of whom Slack's `<@U1>` points at."""
        ref = self._names.get(slack_id.casefold())
        return self.of(ref) if ref else SOMEONE

    def redacted(self, text: str, joined_by: str = " ") -> str:
        """Return *text* with every known name and handle replaced; *joined_by* stands for the spaces in a label."""
        told = self._pattern.sub(lambda match: self._told(match).replace(" ", joined_by), text)
        return _HANDLE.sub(SOMEONE, told)

    @property
    def size(self) -> int:
        """How many people appear."""
        return len(self._labels) + len(set(self._recorded) - {"system", "monitoring", SOMEONE})

    def _told(self, match: re.Match[str]) -> str:
        found = match[0]
        name = folded(found.removeprefix("@"))
        if name not in self._names:
            return found.removeprefix("@")  # a recorded role: it is a role already, and no mention
        if not means_somebody(name, match.string, *match.span()):
            return found
        ref = self._names[name]
        return self.of(ref) if ref else SHARED

    def _colleagues(self, case: Case) -> dict[str, str]:
        """Number those who took no part by when they are first spoken of."""
        spoken_of = (ref for ref in self._appearances(case) if ref not in self._labels)
        return {ref: f"colleague {number}" for number, ref in enumerate(dict.fromkeys(spoken_of), 1)}

    def _numbered(self, case: Case) -> dict[str, str]:
        taken = {int(match[1]) for role in self._recorded if (match := _NUMBERED.fullmatch(role))}
        labels: dict[str, str] = {}
        number = 0
        for ref in self._appearances(case):
            if ref in labels or ref in case.bystanders:
                continue
            number += 1
            while number in taken:
                number += 1
            labels[ref] = f"responder {number}"
        return labels

    def _appearances(self, case: Case) -> Iterator[str]:
        for moment in sorted(case.moments, key=lambda moment: moment.seq):
            who = None if moment.kind is EntryKind.REPLAYED else moment.actor  # in a recording people are roles already
            yield from filter(None, (who, moment.facts.get("person"), moment.facts.get("before")))
            yield from self._refs_in(moment.text)
        yield from filter(None, (item.owner for item in case.actions))
        yield from filter(None, (*(case.roles[role] for role in sorted(case.roles)), case.owner))
        yield from self._refs_in(f"{case.title}\n{case.impact or ''}")

    def _refs_in(self, text: str | None) -> Iterator[str]:
        for match in self._pattern.finditer(text or ""):
            name = folded(match[0].removeprefix("@"))
            ref = self._names.get(name)
            if ref and means_somebody(name, match.string, *match.span()):
                yield ref


def _held(case: Case) -> Iterator[tuple[str, str]]:
    """Yield (person, label) for everyone who held a role; a later pair wins, so the highest role comes last."""
    held: dict[str, list[str]] = {}
    for moment in sorted(case.moments, key=lambda moment: moment.seq):
        if moment.kind is EntryKind.ROLE:
            for ref in filter(None, (moment.facts.get("before"), moment.facts.get("person"))):
                held.setdefault(str(moment.facts.get("role")), []).append(ref)
    for role, ref in case.roles.items():
        held.setdefault(role, []).append(ref)
    for role in sorted(held, key=_rank, reverse=True):
        refs = list(dict.fromkeys(held[role]))
        for place, ref in enumerate(refs):
            label = role_label(role)
            if len(refs) > 1:
                ordinal = _ORDINALS[place] if place < len(_ORDINALS) else f"{place + 1}th"
                label = f"the {ordinal} {label.removeprefix('the ')}"
            yield ref, label


def _rank(role: str) -> tuple[int, str]:
    return (_RANK.index(role) if role in _RANK else len(_RANK), role)


def _recorded_roles(moments: Iterable[Moment]) -> list[str]:
    """Return the roles that a recorded incident tells people as; some are only ever mentioned, as "@responder-5"."""
    recorded = [moment for moment in moments if moment.kind is EntryKind.REPLAYED]
    roles = {str(moment.facts.get("role") or SOMEONE) for moment in recorded}
    return sorted(roles.union(*(_MENTIONED.findall(moment.text or "") for moment in recorded)))


def _names(people: Mapping[str, Collection[str]]) -> dict[str, str | None]:
    """Map every name, folded, to its person, or to None when several people share it. Full names count in parts too."""
    names: dict[str, str | None] = {}
    for ref in sorted(people):
        whole = {folded(name.removeprefix("@")) for name in people[ref]}
        for name in whole.union(*map(parts_of, people[ref])) - {""}:
            names[name] = ref if names.get(name, ref) == ref else None
    return names


def _pattern(names: Iterable[str]) -> re.Pattern[str]:
    """Match any of *names* as a whole word, with or without @. Underscores end a word: `_ana_` is ana in italics."""
    words = (r"\s+".join(map(re.escape, name.split())) for name in sorted(set(names), key=lambda n: (-len(n), n)))
    alternatives = "|".join(words)
    return re.compile(rf"(?<![^\W_])@?(?:{alternatives})(?![^\W_])" if alternatives else r"(?!)", re.IGNORECASE)
