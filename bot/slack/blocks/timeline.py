"""The latest of a timeline, one line an entry."""

from collections.abc import Callable, Mapping, Sequence

from bot.core.alerts import Tally
from bot.core.roles import role_title
from bot.core.timeline import Moment
from bot.flows.views import TimelineView
from bot.slack.blocks.parts import Block, actions, context, fitting, menu, section
from bot.slack.mrkdwn import bare, escape, line, mention, unmentioned, when
from store.types import EntryKind, Precision

LATEST = 20
WORDS = 120  # characters of an entry's text


def latest(view: TimelineView, link: str) -> list[Block]:
    """Return the latest entries, the last one at the end. *link* leads to all of them."""
    shown = view.moments[-LATEST:]
    lines = [_line(moment, view.people) for moment in shown]
    count = f"the latest {len(shown)} of {len(view.moments)}" if len(view.moments) > len(shown) else f"{len(shown)}"
    halves = [lines[: LATEST // 2], lines[LATEST // 2 :]]  # two paragraphs hold twice as many characters
    worded = [moment for moment in shown if moment.text and not moment.withdrawn]
    title = f"*Timeline of {view.incident.key}* · {count} entries"
    return [
        section(title),
        *(context(fitting(half)) for half in halves if half),
        *([actions(_items(view.incident.key, worded))] if worded else []),
        context(f"<{link}|All of it, with every revision>"),
    ]


def _items(key: str, worded: Sequence[Moment]) -> Block:
    """Return the menu that makes an action item of an entry, the latest first."""
    said = [(moment.seq, bare(unmentioned(" ".join((moment.text or "").split())))) for moment in reversed(worded)]
    options = [(f"{seq}. {text}", f"{key} {seq}") for seq, text in said]
    return menu("entry_action", "Make an action item of…", *options)


def _line(moment: Moment, people: Mapping[str, str]) -> str:
    about = "" if moment.precision is Precision.SECOND else "about "
    account = people.get(moment.actor or "")
    who = f" {mention(account)}" if account else ""
    marks = " _(withdrawn)_" if moment.withdrawn else " _(corrected)_" if moment.history else ""
    said = "" if moment.withdrawn or not moment.text else line(moment.text, WORDS)
    done = _done(moment, people)
    return f"{about}{when(moment.occurred_at)}{who} {': '.join(part for part in (done, said) if part)}{marks}"


def _done(moment: Moment, people: Mapping[str, str]) -> str:
    """Return what was done, in a few words of ours; empty when the text says it all."""
    tell = _TELLING.get(moment.kind)
    return tell(_Facts(moment, people)) if tell else ""


class _Facts:
    """The facts of an entry as words. Any of them may be missing, as they are in entries of older versions."""

    def __init__(self, moment: Moment, people: Mapping[str, str]) -> None:
        self._moment, self._people = moment, people

    def __getitem__(self, name: str) -> str:
        value = self._moment.facts.get(name)
        return escape(str(value)) if value not in (None, "") else "—"

    def has(self, name: str) -> bool:
        return bool(self._moment.facts.get(name))

    def by_themselves(self) -> bool:
        return self._moment.facts.get("person") == self._moment.actor

    def person(self, name: str = "person") -> str:
        account = self._people.get(str(self._moment.facts.get(name)))
        return mention(account) if account else "someone"


def _opened(facts: _Facts) -> str:
    kinds = "".join(f" as {kind}" for kind in ("private", "test") if facts.has(kind))
    return f"opened {facts['severity'].upper()}{kinds}"


def _role(facts: _Facts) -> str:
    role = role_title(facts["role"])
    return f"took the role {role}" if facts.by_themselves() else f"gave {facts.person()} the role {role}"


def _step(facts: _Facts) -> str:
    how = {"skipped": "skipped", "assigned": f"gave {facts.person()}", "noted": "noted at"}
    return f"{how.get(facts['outcome'], 'finished')} “{facts['title']}”"


def _action(facts: _Facts) -> str:
    if facts.has("changed"):
        return f"action item {facts['number']}: {', '.join(_changes(facts))}"
    if facts.has("state"):
        return f"action item {facts['number']} is {facts['state']}"
    if not facts.has("priority"):
        return f"gave action item {facts['number']} to {facts.person('owner')}"
    return f"action item {facts['number']} · {facts['priority'].upper()} · due {facts['due_on']}"


def _changes(facts: _Facts) -> list[str]:
    told = [facts["state"]] if facts.has("state") else []
    told += [f"{facts.person('owner')} has it"] if facts.has("owner") else []
    told += [facts["priority"].upper()] if facts.has("priority") else []
    told += [f"due {facts['due_on']}"] if facts.has("due_on") else []
    return told or ["changed"]


def _ticket(facts: _Facts) -> str:
    if facts.has("gone"):
        return f"{facts['ticket']} is gone from Jira"
    if facts.has("before"):
        return f"{facts['before']} is {facts['ticket']} now"
    return f"filed as {facts['ticket']}"


def _alert(facts: _Facts) -> str:
    if facts.has("alerts"):
        return Tally(*(int(facts[name]) if facts.has(name) else 0 for name in ("alerts", "services", "firing"))).told
    return f"alert {facts['state']}"


def _conflicts(facts: _Facts) -> str:
    if facts.has("decided"):
        return f"action item {facts['number']}: {facts['decided']} rows decided"
    return f"{facts['rows']} rows are left to decide"


_TELLING: dict[EntryKind, Callable[[_Facts], str]] = {
    EntryKind.OPENED: _opened,
    EntryKind.STATUS: lambda facts: f"{facts['from']} → {facts['to']}",
    EntryKind.SEVERITY: lambda facts: f"{facts['from'].upper()} → {facts['to'].upper()}",
    EntryKind.ROLE: _role,
    EntryKind.UPDATE: lambda _: "public update",
    EntryKind.UPDATE_MISSED: lambda _: "a promised update is missed",
    EntryKind.IMPACT: lambda _: "impact",
    EntryKind.CHECKLIST: lambda facts: f"{facts['title']} {facts['event']}",
    EntryKind.STEP: _step,
    EntryKind.ACTION_ITEM: _action,
    EntryKind.TICKET: _ticket,
    EntryKind.CONFLICTS: _conflicts,
    EntryKind.LINK: lambda facts: f"{facts['link']}: {facts['incident']}",
    EntryKind.PRIVATE: lambda _: "made private",
    EntryKind.CHANNEL: lambda facts: f"channel {facts['event']}",
    EntryKind.ALERT: _alert,
    EntryKind.CHANGE: lambda facts: facts["what"],
    EntryKind.POSTMORTEM: lambda facts: f"postmortem, {facts['section'].replace('_', ' ')}",
    EntryKind.POSTMORTEM_STATE: lambda facts: f"postmortem is {facts['to']}",
    EntryKind.DELIVERY_FAILED: lambda facts: f"not delivered: {facts['kind']}, {facts['reason']}",
    EntryKind.DELIVERY_RETRIED: lambda facts: f"tried again: {facts['kind']}",
}
