"""The postmortem: a draft in thirteen sections, computed from a case. What is not known is asked, never made up."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC

from bot.core import curate, factors, findings, impact, prose
from bot.core.case import Case
from bot.core.cast import Cast, role_label
from bot.core.draft import ActionLine, Draft, MarkLine, Section
from bot.core.marks import Mark, Points, disorder, durations, gaps, loose, out_of_order, points, stamp
from bot.core.proposals import linked
from bot.core.rows import rows
from bot.core.sections import SECTIONS
from bot.core.spans import span
from bot.core.telling import entry, section_of, severity_word
from store.actions import ActionItem
from store.types import ActionType, EntryKind, Precision

MOST_GAPS = 8  # asked about; the timeline shows them all
_DECISION = re.compile(r"decision\b|decided\b|we decide\b", re.IGNORECASE)
MOST_ADDRESSES = 40  # addresses collected from entries; a page of links is read by nobody


def draft(case: Case) -> Draft:
    """Return the postmortem of a case. The same case gives the same draft, byte for byte."""
    return _Drafting(case).draft()


_BEGINNINGS = (Mark.IMPACT, Mark.DETECTED, Mark.DECLARED)


class _Drafting:
    """Writes each section from the same marks and with the same cast."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._cast = Cast(case)
        self._marks: Points = points(case)
        self._durations = durations(self._marks)
        self._shown = curate.shown(case.moments, self._marks)

    def draft(self) -> Draft:
        """Return every section, none of them empty."""
        written = {
            "summary": self._summary(),
            "impact": self._impact(),
            "detection": self._detection(),
            "timeline": self._timeline(),
            "root_cause": self._root_cause(),
            "contributing_factors": self._contributing_factors(),
            "response": self._response(),
            "went_well": self._went(
                "went_well", findings.went_well(self._case, self._marks, self._durations), "What helped"
            ),
            "went_wrong": self._went("went_wrong", findings.went_wrong(self._case, self._cast), "What made it harder"),
            "lucky": self._asked("lucky", "What could as well have gone worse, and what kept it from doing so?"),
            "action_items": self._action_items(),
            "lessons": self._asked("lessons", "What does this incident teach someone who was not there?"),
            "links": self._links(),
        }
        return Draft(
            key=self._case.key,
            title=self._inline(self._case.title),
            severity=self._case.severity,
            team=self._case.team,
            front=tuple(self._front()),
            sections={name: written[name] for name in SECTIONS},
            marks=tuple(
                MarkLine(mark, self._when(mark), entry(point.seq), point.at.astimezone(UTC))
                for mark, point in self._marks.items()
            ),
            durations=tuple(self._durations),
            rows=rows(self._case, self._cast, self._marks),
            shown=self._shown,
            actions=tuple(map(self._action_line, self._case.actions)),
        )

    def _front(self) -> Iterable[tuple[str, str]]:
        case = self._case
        yield "State", "draft, not published"
        yield "Severity", severity_word(case.severity)
        kinds = [kind for kind, so in (("private", case.private), ("a test", case.test)) if so]
        if kinds:
            yield "Kind", " and ".join(kinds)
        yield "Incident opened", stamp(case.opened_at)
        yield "Incident resolved", stamp(case.resolved_at) if case.resolved_at else "not yet"
        yield "Owner", self._cast.of(case.owner) if case.owner else "to be named"
        yield "Reviewers", "to be named"
        if case.due_at:
            yield "Due", stamp(case.due_at, Precision.MINUTE)

    def _summary(self) -> Section:
        case = self._case
        is_a = f"{case.key} ({self._inline(case.title)}) is a {severity_word(case.severity)} incident"
        since = "recorded from" if case.replayed else "opened on"
        ended = (
            f"{'to' if case.replayed else 'and resolved on'} {stamp(case.resolved_at)}"
            if case.resolved_at
            else f"and {case.status} at the time of this draft"
        )
        took = f", {span(case.resolved_at - case.opened_at)} later" if case.resolved_at and not case.replayed else ""
        facts = [f"{is_a}, {since} {stamp(case.opened_at)} {ended}{took}.", *impact.lasted(self._durations)]
        if case.impact:
            facts.append(f"Impact: {self._inline(case.impact)}")
        return self._section(
            "summary", facts, ["What happened, in three sentences, for someone outside the team?"], unless_noted=True
        )

    def _impact(self) -> Section:
        case = self._case
        facts = [f"Impact as last stated: {self._inline(case.impact)}"] if case.impact else []
        facts += impact.severities(case)
        bounds = list(impact.bounds(self._marks))
        facts += [said for known, said in bounds if known]
        facts += impact.lasted(self._durations)
        questions = [said for known, said in bounds if not known]
        stated = list(impact.figures(case))
        if stated:
            facts.append(f"Figures that entries state: {', '.join(stated)}.")
        told = " ".join([case.impact or "", *self._texts("impact"), *stated])
        if not told.strip():
            questions.append("Who was affected, how many, and how is that known? No entry states the impact.")
        elif not any(character.isdigit() for character in told):
            questions.append("How many users, requests or tickets? The impact is stated without a number.")
        return self._section("impact", facts, questions)

    def _detection(self) -> Section:
        facts, questions = [], []
        if Mark.DETECTED in self._marks:
            facts.append(f"Detected: {self._when(Mark.DETECTED)} {self._entry(Mark.DETECTED)}.")
        else:
            questions.append("Who or what noticed first? No entry says how it was detected.")
        if self._case.moments:
            first = self._case.moments[0]
            when = stamp(first.occurred_at, first.precision)
            facts.append(
                f"The earliest entry is {entry(first.seq)}, {when}, by {self._inline(self._cast.actor(first))}."
            )
        facts += [f"{length.name}: {length}." for length in self._durations if length.end is Mark.DETECTED]
        questions.append("Which alert told us, or which one will tell us sooner next time?")
        return self._section("detection", facts, questions, unless_noted=True)

    def _timeline(self) -> Section:
        moments = self._case.moments
        if not moments:
            return self._section("timeline", [], ["What happened, and when? Nothing was recorded."])
        facts = [
            f"All times are UTC. {_counted(len(moments), 'entry', 'entries')}, in the order in which things happened."
        ]
        if folded := len(moments) - len(self._shown):
            facts.append(
                f"{_counted(len(self._shown), 'is', 'are')} shown here; {folded} that add little are folded below."
            )
        if self._case.altered:
            facts.append(f"This timeline was altered since it was recorded: {self._case.altered}. Do not rely on it.")
        if astray := out_of_order(moments):
            facts.append(f"Recorded out of order, and marked so: {_counted(len(astray), 'entry', 'entries')}.")
        if imprecise := [moment for moment in moments if loose(moment)]:
            facts.append(
                f"Time not known to the minute, and marked so: {_counted(len(imprecise), 'entry', 'entries')}."
            )
        questions = [
            f"“{early.capitalize()}” comes before “{late}” in the record. Is that what happened?"
            for early, late in disorder(self._marks)
        ]
        return self._section("timeline", facts, [*questions, *self._gap_questions()])

    def _gap_questions(self) -> Iterable[str]:
        began = min((self._marks[mark].at for mark in _BEGINNINGS if mark in self._marks), default=self._case.opened_at)
        found = gaps(self._case.moments, began, self._case.resolved_at)
        longest = sorted(found, key=lambda gap: gap.length, reverse=True)[:MOST_GAPS]
        for gap in found:
            if gap in longest:
                between = f"between {entry(gap.before.seq)} and {entry(gap.after.seq)}"
                yield f"What happened in the {span(gap.length)} {between}? Nothing is recorded."

    def _root_cause(self) -> Section:
        facts = [
            f"Status “{self._inline(str(moment.facts.get('to')))}” ({entry(moment.seq)}): {self._inline(moment.text)}"
            for moment in self._case.moments
            if moment.kind is EntryKind.STATUS and moment.text and not moment.withdrawn
        ]
        if proposed := factors.trigger(self._case, self._cast, self._marks):
            facts.append(f"**Proposed:** {proposed}")
        return self._section("root_cause", facts, ["What set it off? No note names the trigger."], unless_noted=True)

    def _contributing_factors(self) -> Section:
        proposed = factors.factors(self._case, self._cast, self._marks, self._durations)
        facts = [f"**Proposed:** {factor}" for factor in proposed]
        questions = []
        if len(self._texts("contributing_factors")) < 2:
            ask = "Which of these hold, and what else" if facts else "Which conditions"
            questions.append(f"{ask} let the trigger have this effect? Name two or more, with their entries.")
        return self._section("contributing_factors", facts, questions)

    def _response(self) -> Section:
        facts = [_counted(self._cast.size, "person appears", "people appear") + " in the record."]
        for moment in self._case.moments:
            if moment.kind is EntryKind.ROLE and moment.facts.get("person"):
                role = self._inline(role_label(str(moment.facts.get("role"))))
                taken = f"The role of {role.removeprefix('the ')} was taken on {stamp(moment.occurred_at)}"
                facts.append(f"{taken} ({entry(moment.seq)}).")
        updates = [moment for moment in self._case.moments if moment.kind is EntryKind.UPDATE]
        if not self._case.replayed:
            facts.append(_counted(len(updates), "public update was", "public updates were") + " sent.")
        facts += [
            f"{self._inline(moment.text or '')} ({entry(moment.seq)})"
            for moment in self._case.moments
            if _DECISION.match(moment.text or "") and not moment.withdrawn
        ]
        questions = []
        if Mark.ACKNOWLEDGED not in self._marks:
            questions.append("Who led the response, and from when? No entry says that anyone took the lead.")
        if Mark.UPDATED not in self._marks:
            questions.append("What were customers told, and when? No public update is recorded.")
        absent = [mark for mark in Mark if mark not in self._marks and mark is not Mark.PAGED]
        if absent:
            questions.append(f"When was it: {', '.join(absent)}? No entry shows it.")
        return self._section("response", facts, questions)

    def _went(self, name: str, found: Iterable[str], ask: str) -> Section:
        return self._section(name, list(found), [f"{ask}, in the eyes of those who were there?"], unless_noted=True)

    def _asked(self, name: str, question: str) -> Section:
        return self._section(name, [], [question], unless_noted=True)

    def _action_items(self) -> Section:
        items = self._case.actions
        questions = []
        if not items:
            questions.append("What will be changed, by whom and until when? No action item is recorded.")
        elif not any(item.type in (ActionType.PREVENT, ActionType.DETECT) for item in items):
            questions.append("What prevents this, or shows it sooner? No action item is of type prevent or detect.")
        questions += [f"Who takes action item {item.number}? It has no owner." for item in items if not item.owner]
        if len(items) > 1 and len({item.priority for item in items}) == 1:
            questions.append("Which action item comes first? All have the same priority.")
        return self._section("action_items", [], questions)

    def _action_line(self, item: ActionItem) -> ActionLine:
        return ActionLine(
            number=item.number,
            title=self._inline(item.title),
            owner=self._cast.of(item.owner) if item.owner else "nobody yet",
            priority=item.priority.upper(),
            type=item.type,
            due_on=item.due_on.isoformat(),
            state=item.state,
            ticket=self._case.tickets.get(item.number, ""),
            done_when=self._inline(item.done_when) if item.done_when else "",
        )

    def _links(self) -> Section:
        facts = [
            f"[{self._inline(what)}](<{address}>)" if address else self._inline(what)
            for what, address in self._case.links
        ]
        told = (
            (address, moment.seq)
            for moment in self._case.moments
            if moment.text and not moment.withdrawn
            for address in prose.addresses(moment.text, self._cast)
        )
        first_told: dict[str, int] = {}
        for address, seq in told:
            first_told.setdefault(address, seq)
        facts += [f"<{address}> ({entry(seq)})" for address, seq in list(first_told.items())[:MOST_ADDRESSES]]
        questions = [] if facts else ["Which dashboards, tickets and changes show what happened?"]
        return self._section("links", facts, questions)

    def _section(
        self, name: str, facts: Sequence[str], questions: Sequence[str], *, unless_noted: bool = False
    ) -> Section:
        """Return a section with its notes; *unless_noted* says that a note answers its questions."""
        notes = tuple(prose.block(text, self._cast) for text in self._texts(name))
        asked = () if notes and unless_noted else tuple(questions)
        proposed = tuple(linked(prose.inline(text, self._cast)) for text in self._case.proposed.get(name, ()))
        return Section(SECTIONS[name], notes, tuple(facts), asked, proposed)

    def _texts(self, section: str) -> list[str]:
        notes = (
            moment for moment in self._case.moments if moment.kind is EntryKind.POSTMORTEM and not moment.withdrawn
        )
        return [moment.text for moment in notes if moment.text and section_of(moment) == section]

    def _when(self, mark: Mark) -> str:
        point = self._marks[mark]
        return f"{'' if point.sure else 'about '}{stamp(point.at, point.precision)}"

    def _entry(self, mark: Mark) -> str:
        seq = self._marks[mark].seq
        return f"({entry(seq)})" if seq is not None else ""

    def _inline(self, text: str) -> str:
        return prose.inline(text, self._cast)


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
