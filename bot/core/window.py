"""A window on a timeline: the entries that one page shows, so that a long one opens as fast as a short one."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.search import Wanted, is_in
from bot.core.timeline import Moment

WHOLE = 150  # entries that are shown at once; of a longer timeline a page at a time
PAGE = 100  # entries
MOST_FOUND = 200  # entries that a search shows


@dataclass(frozen=True, slots=True)
class Look:
    """What somebody looks at: the entry numbered *entry*, what follows *after* or precedes *before* one, or *words*."""

    entry: int | None = None
    after: int | None = None
    before: int | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """The numbers of the entries that are shown, and how many are earlier and later. ``found`` is None unless looked
    for."""

    shown: tuple[int, ...]
    earlier: int = 0
    later: int = 0
    found: int | None = None


def window(moments: Sequence[Moment], look: Look, looked_for: Wanted, *, live: bool) -> Window:
    """Return what is shown of moments in their order: from the start when it is over, up to now while it goes on."""
    if look.words:
        found = [moment.seq for moment in moments if looked_for and says(moment, looked_for)]
        return Window(tuple(found[:MOST_FOUND]), found=len(found))
    seqs, most = [moment.seq for moment in moments], len(moments)
    places = {seq: place for place, seq in enumerate(seqs)}
    if look.after in places:
        start, end = places[look.after] + 1, places[look.after] + 1 + PAGE
    elif look.before in places:
        start, end = places[look.before] - PAGE, places[look.before]
    elif most <= WHOLE:
        start, end = 0, most
    elif look.entry in places:
        start = max(0, places[look.entry] - PAGE // 2)
        end = start + PAGE
    else:
        start, end = (most - PAGE, most) if live else (0, PAGE)
    start, end = max(0, start), min(most, end)
    return Window(tuple(seqs[start:end]), start, most - end)


def says(moment: Moment, looked_for: Wanted) -> bool:
    """Whether an entry says what is looked for, now or in an earlier wording; what was withdrawn says nothing."""
    texts = () if moment.withdrawn else (moment.text, *moment.history)
    return any(text and is_in(text, looked_for) for text in texts)
