"""Curation: which entries a reader of the timeline needs, and which are chatter to fold. Nothing is ever dropped.

What the bot recorded, and what a person chose to note, is shown. Recorded chat is weighed: what was done, found, broken
or working again, with evidence, told first, and not told twice.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.core.marks import Points
from bot.core.timeline import Moment
from store.types import EntryKind

PAGE = 20  # rows that are read in one go; a shorter timeline is shown whole
SHARE = 5  # of a long record, one entry in so many is shown
LEAST = 12  # rows of chat that are shown however much else there is
PAUSE = timedelta(minutes=15)  # what is said after so long a silence is news
TOGETHER = timedelta(minutes=3)  # what is said so close together tells one thing

_FOLDED = frozenset([EntryKind.CHECKLIST, EntryKind.CHANNEL, EntryKind.DELIVERY_RETRIED, EntryKind.POSTMORTEM])
_CHAT = ("chat", "")
_LEADING = ("on-call", "incident_commander", "incident commander", "commander", "lead")

_REMEDY = (
    r"roll(?:ed|ing)? ?back|rollback|revert(?:ed|ing|s)?|(?:re-?)?(?:deployed|deploying|restarted|applied|merged"
    r"|started|updated|upgraded|scaled|suspended|opened|pushed|deleted|switched|disabled|enabled|drained|invoked)"
    r"|bump(?:ed)?|clean(?:ed|ing) up|committed|commit these|failed over|filed|paged|notified|announced|e?-?mail"
)
_FOUND = (
    r"verified|confirmed|determined|traced|track(?:ed)? the|found|audit logs?|checked the|turns out|introduced"
    r"|root cause|figured out|the (?:issue|problem|bug|cause|culprit) (?:is|was)|i (?:think i )?see the (?:bug|problem)"
)
_WORKS = (
    r"(?:we are|we're|be|is|are|came) back(?: up)?|recover(?:ed|ing|s)|worked|healthy|should be (?:fine|good|ok)"
    r"|fixed|fixes|resolved|works again|up again"
)
_BROKEN = (
    r"(?:is|was|are|went|go|goes|gone|brought|shut) down|died|dead|fail(?:s|ed|ing|ures?)|errors?|broken|timeouts?"
    r"|timed out|crash(?:ed|es|ing|looping)?|crash loop(?:ed|ing)?|stuck|wedged|overloaded|unresponsive|not responding"
    r"|slow|issues?|persists?|wrong|pending|unhealthy|abnormal|worrisome|worrying|hundreds|thousands|oomkilled"
    r"|out of memory"
)
_SUSPECTED = r"suspect(?:ed)?|looks like|because|due to|not convinced|upgrade|change(?:d)?"
_GUESSED = (
    r"maybe|would(?:n't)? have|possibl[ey]|perhaps|what would|imo|should we|i don't know|i'm unsure|unclear|i'd guess"
)
_WEIGHTS: tuple[tuple[float, re.Pattern[str]], ...] = tuple(
    (weight, re.compile(rf"(?<![\w-])(?:{pattern})(?!\w)", re.IGNORECASE))
    for weight, pattern in ((3, _REMEDY), (3, _FOUND), (3, _WORKS), (2, _BROKEN), (1.5, _SUSPECTED), (-1, _GUESSED))
)
_LINK = re.compile(r"https?://\S+/(?:pull|issues|commit|browse|incidents?|d)/\S+")
_ADDRESS = re.compile(r"https?://\S+")
_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
_FIGURE = re.compile(
    r"\b\d+(?:\.\d+)? ?(?:%|(?:ms|s|min|minutes?|h|GB|MB)\b)|\b\d{3,}\b|\b(?:dozens|hundreds|thousands|half) of\b"
)
_REACTION = re.compile(
    r":[a-z0-9_+-]+:|\(edited\)|\b(?:lol|lmao|haha\w*|hmm+|hum+|heh|ack|ok(?:ay)?|yup|yes|no|thanks)\b"
)
_JOINED = re.compile(r"^\s*(?:has )?(?:joined|left|set the channel)\b")
_WORD = re.compile(r"[a-z][a-z0-9-]{2,}")


def shown(moments: Sequence[Moment], marks: Points) -> frozenset[int]:
    """Return the numbers of the entries that a reader needs; whatever else there is, is folded."""
    if len(moments) <= PAGE:
        return frozenset(moment.seq for moment in moments)
    kept = [moment for moment in moments if not _is_chat(moment)]
    always = {moment.seq for moment in kept if _tells(moment)} | {p.seq for p in marks.values() if p.seq is not None}
    chat = [moment for moment in moments if _is_chat(moment) and moment.seq not in always and not moment.withdrawn]
    room = max(PAGE - len(always), len(moments) // SHARE - len(always), LEAST)
    return frozenset(always | _weightiest(chat, _weights(chat), room))


def _is_chat(moment: Moment) -> bool:
    return moment.kind is EntryKind.REPLAYED and str(moment.facts.get("kind") or "") in _CHAT


def _tells(moment: Moment) -> bool:
    """Whether an entry that the bot or a person chose to make says something that the rest of a draft does not."""
    if moment.withdrawn or moment.kind in _FOLDED:
        return False
    return bool(moment.text) or moment.kind is not EntryKind.STEP or moment.facts.get("outcome") == "skipped"


@dataclass(frozen=True, slots=True)
class _Weighed:
    weight: float
    words: frozenset[str]


def _weights(chat: Sequence[Moment]) -> Mapping[int, _Weighed]:
    """Weigh each message by what it says, and by where in the conversation it stands."""
    ordered = sorted(chat, key=lambda moment: (moment.occurred_at, moment.seq))
    weighed: dict[int, _Weighed] = {}
    heard: set[str] = set()
    last, seen = None, True
    for moment in ordered:
        text = moment.text or ""
        role = str(moment.facts.get("role") or "")
        weight = _said(text)
        weight += 2 if last is None else 0
        weight += 1.5 if last and moment.occurred_at - last.occurred_at >= PAUSE else 0
        weight += 1 if role not in heard else 0
        weight += 1 if role in _LEADING else 0
        heard.add(role)
        last = moment
        seen = seen and not _WEIGHTS[0][1].search(_CODE.sub(" ", text))
        weight += 2 if seen else 0  # until the first remedy, whatever is seen is news
        weighed[moment.seq] = _Weighed(weight, frozenset(_WORD.findall(_ADDRESS.sub(" ", text.lower()))))
    return weighed


def _said(text: str) -> float:
    """Return the weight of what a message says."""
    if _JOINED.search(text):
        return -9
    prose = _CODE.sub(" ", text)
    words = _WORD.findall(_REACTION.sub(" ", prose.lower()))
    weight = sum(weight for weight, pattern in _WEIGHTS if pattern.search(prose))
    weight += 2 if _LINK.search(text) else 0
    weight += bool(_CODE.search(text)) + bool(_FIGURE.search(text))
    sentences = [line for line in re.split(r"(?<=[.?!])\s|\n", prose) if line.strip()]
    asked = sum(line.rstrip().endswith("?") for line in sentences)
    weight -= 2 if asked and asked * 2 >= len(sentences) else 0
    weight -= 3 if len(words) < 4 and not (_LINK.search(text) or _CODE.search(text)) else 0
    return weight


def _weightiest(chat: Sequence[Moment], weighed: Mapping[int, _Weighed], room: int) -> set[int]:
    """Take the weightiest message, then the next, each time counting less what is said already."""
    left = {moment.seq: moment for moment in chat}
    taken: list[Moment] = []
    while left and len(taken) < room:
        seq = max(left, key=lambda seq: (_news(left[seq], taken, weighed), -seq))
        if _news(left[seq], taken, weighed) <= 0:
            break
        taken.append(left.pop(seq))
    return {moment.seq for moment in taken}


def _news(moment: Moment, taken: Sequence[Moment], weighed: Mapping[int, _Weighed]) -> float:
    """Return the weight of a message less what was taken in its place in time, and in the same words."""
    own = weighed[moment.seq]
    near = sum(abs(other.occurred_at - moment.occurred_at) <= TOGETHER for other in taken)
    alike = max((len(own.words & weighed[o.seq].words) / max(len(own.words), 1) for o in taken), default=0.0)
    return own.weight - 1.0 * near - 3 * alike
