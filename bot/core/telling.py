"""Telling: what a timeline entry says, in one sentence of ours and the words of whoever wrote it."""

from collections.abc import Sequence
from datetime import datetime

from bot.core import prose
from bot.core.alerts import Tally
from bot.core.cast import Cast
from bot.core.marks import stamp
from bot.core.sections import SECTIONS
from bot.core.severities import severity_named
from bot.core.timeline import Moment
from store.types import EntryKind, Precision


def told(moment: Moment, cast: Cast) -> str:
    """Return what an entry says, as Markdown: what was done, then what was written."""
    done = _Telling(moment, cast).done()
    written = "" if moment.kind is EntryKind.POSTMORTEM else prose.block(moment.text or "", cast)
    if not written:
        return f"{done}." if done else "*No text.*"
    if not done:
        return written
    return f"{done}:\n\n{written}" if written.startswith("```") else f"{done}: {written}"


def entry(seq: int | None) -> str:
    """Return a reference to an entry's row, or "" when there is none."""
    return f"[#{seq}](#entry-{seq})" if seq is not None else ""


def severity_word(value: object) -> str:
    """Return a severity as people write it: SEV1."""
    severity = severity_named(str(value))
    return severity.value.upper() if severity else "no severity"


def section_of(moment: Moment) -> str:
    """Return the section that a note was written for; one that no section has any more is a lesson learned."""
    section = str(moment.facts.get("section"))
    return section if section in SECTIONS else "lessons"


class _Telling:
    """Says what was done. Facts may be missing, as they are in entries of older versions."""

    def __init__(self, moment: Moment, cast: Cast) -> None:
        self._moment = moment
        self._facts = moment.facts
        self._cast = cast

    def done(self) -> str:
        """Return what was done without a full stop, or "" when the text says it all."""
        match self._moment.kind:
            case EntryKind.STATUS:
                return f"Status {self._word('from')} → {self._word('to')}"
            case EntryKind.SEVERITY:
                return f"Severity {severity_word(self._facts.get('from'))} → {severity_word(self._facts.get('to'))}"
            case EntryKind.IMPACT:
                return "Impact"
            case EntryKind.CHECKLIST:
                return f"Checklist “{self._word('checklist')}” {self._word('event')}"
            case EntryKind.LINK:
                return f"{self._word('link').capitalize()}: {self._word('incident')}"
            case EntryKind.PRIVATE:
                return "Made private" if self._facts.get("private") else "Made public"
            case EntryKind.CHANNEL:
                return f"Channel {self._word('event')}"
            case EntryKind.ALERT if self._facts.get("alerts"):
                return Tally(*(int(self._facts.get(name) or 0) for name in ("alerts", "services", "firing"))).told
            case EntryKind.ALERT:
                return f"Alert {self._word('state')}"
            case EntryKind.CHANGE:
                return self._word("what").capitalize()
            case EntryKind.DELIVERY_RETRIED:
                return "What failed is tried again"
            case EntryKind.DELIVERY_FAILED:
                return f"“{self._word('kind')}” failed for good: {self._word('reason', 'no reason given')}"
            case EntryKind.POSTMORTEM:
                return f"Writes for “{SECTIONS[section_of(self._moment)]}”"
        return self._done_by_people()

    def _done_by_people(self) -> str:
        match self._moment.kind:
            case EntryKind.OPENED:
                kinds = [kind for kind in ("private", "test") if self._facts.get(kind)]
                opened = f"Opened as {severity_word(self._facts.get('severity'))}"
                return f"{opened}, {' and '.join(kinds)}" if kinds else opened
            case EntryKind.ROLE:
                return self._role()
            case EntryKind.STEP:
                return self._step()
            case EntryKind.UPDATE if self._facts.get("next_in_minutes"):
                return f"Public update, the next one promised in {self._word('next_in_minutes')} min"
            case EntryKind.UPDATE:
                return "Public update"
            case EntryKind.UPDATE_MISSED:
                return self._missed()
            case EntryKind.ACTION_ITEM:
                return self._action_item()
            case EntryKind.TICKET:
                return self._ticket()
            case EntryKind.CONFLICTS:
                return self._conflicts()
            case EntryKind.POSTMORTEM_STATE:
                return f"Postmortem is {self._word('to')}"
        return ""

    def _role(self) -> str:
        role = self._word("role")
        person, before = self._facts.get("person"), self._facts.get("before")
        if not person:
            return f"Gives up the role of {role}"
        to = (
            f"Takes the role of {role}"
            if person == self._moment.actor
            else f"Gives {self._person()} the role of {role}"
        )
        return f"{to}, from {self._cast.of(before)}" if before and before != person else to

    def _step(self) -> str:
        title = f"“{self._word('title', self._word('step'))}”"
        match self._facts.get("outcome"):
            case "skipped":
                return (
                    f"Skips the step {title} because"
                    if self._moment.text
                    else f"Skips the step {title}, no reason given"
                )
            case "assigned":
                return f"Assigns the step {title} to {self._person()}"
            case "noted":
                return f"Notes on the step {title}"
        return f"Finishes the step {title}"

    def _missed(self) -> str:
        try:
            due = stamp(datetime.fromisoformat(str(self._facts.get("due_at"))), Precision.MINUTE)
        except ValueError:
            return "A promised public update is missed"
        return f"The public update promised for {due} is missed"

    def _ticket(self) -> str:
        ticket, what = self._word("ticket"), "The incident"
        if self._facts.get("gone"):
            return f"{ticket} is gone from Jira"
        if self._facts.get("back"):
            return f"{ticket} is back in Jira"
        if self._facts.get("before"):
            return f"{self._word('before')} is {ticket} now"
        if self._facts.get("number"):
            what = f"Action item {self._word('number')}"
        return f"{what} is filed as {ticket}"

    def _conflicts(self) -> str:
        if not self._facts.get("decided"):
            items = len(self._facts.get("items", ()))
            return f"{self._word('rows')} rows that no policy decides are filed as {items} action items"
        how = {"a": "keeping A", "b": "keeping B"}.get(str(self._facts.get("keep")), "by hand")
        return f"Action item {self._word('number')}: {self._word('decided')} rows are decided, {how}"

    def _changed(self, changed: Sequence[str]) -> str:
        """Return what became of an item, by the names of what was changed; its words follow as the entry's own."""
        told = {"state": f"is {self._word('state')}", "owner": f"goes to {self._person('owner')}"}
        told |= {"priority": f"is {self._word('priority').upper()}", "due_on": f"is due {self._word('due_on')}"}
        told |= {"title": "reads differently", "done_when": "is done by other terms"}
        where = " (in Jira)" if self._moment.source == "jira" else ""
        return ", ".join(told[name] for name in changed if name in told) + where

    def _action_item(self) -> str:
        item = f"Action item {self._word('number', '')}"
        if self._facts.get("changed"):
            return f"{item} {self._changed(self._facts['changed'])}"
        if self._facts.get("state"):
            return f"{item} is {self._word('state')}"
        if not self._facts.get("priority"):
            return f"{item} goes to {self._person('owner')}"
        words = [self._word("priority").upper(), self._word("type")]
        if self._facts.get("due_on"):
            words.append(f"due {self._word('due_on')}")
        if self._facts.get("owner"):
            words.append(f"owner {self._person('owner')}")
        return f"{item} ({', '.join(words)})"

    def _word(self, key: str, otherwise: str = "unknown") -> str:
        """Return a fact as words that may stand in a sentence; the underscores of our own names are left out."""
        value = self._facts.get(key)
        return prose.inline(str(value).replace("_", " "), self._cast) if value not in (None, "") else otherwise

    def _person(self, key: str = "person") -> str:
        ref = self._facts.get(key)
        return self._cast.of(str(ref)) if ref else "nobody"
