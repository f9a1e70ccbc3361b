"""Comment on a passage of a postmortem, reply, suggest other words for it, and settle what was said."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.core import sealing
from bot.core.edits import replacing
from bot.core.named import called
from bot.core.timeline import GONE
from bot.errors import Refused
from bot.flows.asked import incident_asked_for, once
from bot.flows.meet import names_of
from bot.flows.promise import for_incident
from bot.flows.record import open_key, sealing_key
from bot.flows.start_postmortem import start_postmortem
from bot.flows.take_note import optional_text
from bot.flows.tx import Request, Tx
from bot.flows.working_copy import Copy, accept, read_copy
from store.comments import PostmortemComment, comment_of, comments_of, last_comment, open_comments
from store.incidents import Incident, incident_by_id, may_see
from store.people import people
from store.postmortems import postmortem_of
from store.types import CommentState

LONGEST_PASSAGE = 4_000  # characters
MOST = 500  # comments on one postmortem
GATHERED = timedelta(minutes=2)  # comments that come this close together are told as one


@dataclass(frozen=True, slots=True)
class Passage:
    """What a comment is about: it reads *quote*, and stood at *start* for whoever selected it."""

    start: int
    quote: str


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment, opened, with its replies. ``quote`` is the passage as it read then, ``instead`` what is suggested."""

    number: int
    author: str
    created_at: datetime
    text: str
    quote: str
    instead: str | None
    start: int
    end: int
    state: CommentState
    settled_by: str | None
    replies: "tuple[Comment, ...]" = ()


def add_comment(tx: Tx, request: Request, text: str, passage: Passage, instead: str | None, key: str) -> int:
    """Comment on a passage, and return the comment's number. With *instead* it suggests to write that there.

    The passage is looked for near where it stood, because others write meanwhile. Its owner is told.
    """
    once(tx, request)
    incident, who = incident_asked_for(tx, request, key)
    copy = _copy(tx, incident)
    if not passage.quote.strip() or len(passage.quote) > LONGEST_PASSAGE:
        raise Refused(f"Select the passage that you mean, up to {LONGEST_PASSAGE:,} characters.")
    start = _found(copy.text, passage)
    words = _words(text, optional=instead is not None)
    number = _write(
        tx,
        copy,
        who,
        {"text": words, "quote": passage.quote, "instead": instead},
        start=start,
        end=start + len(passage.quote),
        suggests=instead is not None,
    )
    _tell_owner(tx, incident, who)
    return number


def reply(tx: Tx, request: Request, number: int, text: str, key: str) -> None:
    """Reply to a comment."""
    once(tx, request)
    incident, who = incident_asked_for(tx, request, key)
    about = _comment(tx, incident, number)
    _write(tx, _copy(tx, incident), who, {"text": _words(text)}, about=about.number)
    _tell_owner(tx, incident, who)


def settle_comment(tx: Tx, request: Request, number: int, key: str, *, resolved: bool = True) -> None:
    """Say that a comment is done with, or take that back."""
    once(tx, request)
    incident, who = incident_asked_for(tx, request, key)
    comment = _comment(tx, incident, number)
    if comment.suggests and resolved:
        raise Refused("It suggests other words. Take them, or decline them.")
    _settle(tx, _copy(tx, incident), comment, CommentState.RESOLVED if resolved else CommentState.OPEN, who)


def take_suggestion(tx: Tx, request: Request, number: int, key: str, *, taken: bool = True) -> None:
    """Write what a suggestion says in the place of its passage, or decline it. Its owner decides."""
    once(tx, request)
    incident, who = incident_asked_for(tx, request, key)
    comment, copy = _comment(tx, incident, number), _copy(tx, incident)
    if not comment.suggests or comment.state is not CommentState.OPEN:
        raise Refused("There is nothing to take any more. Load the page again.")
    _check_owner(tx, request, incident, who)
    if taken:
        said = _opened(tx, comment)
        if said["text"] == GONE or copy.text[comment.start : comment.end] != said["quote"]:
            raise Refused("The passage reads differently by now. Decline the suggestion, and write it as it fits.")
        accept(tx, copy, replacing(copy.text, comment.start, comment.end, said["instead"]), who)
    _settle(tx, copy, comment, CommentState.TAKEN if taken else CommentState.DECLINED, who)


def comments(tx: Tx, incident_id: int) -> list[Comment]:
    """Return every comment with its replies, in the order of the text; people by name."""
    rows = comments_of(tx.db, incident_id)
    refs = {ref for row in rows for ref in (row.author, row.settled_by) if ref}
    names = {who.ref: called([who.account, *names_of(tx, who)]) for who in people(tx.db, refs)}
    found = [_shown(tx, row, names, rows) for row in rows if row.about is None]
    return sorted(found, key=lambda comment: (comment.start, comment.number))


def commented(tx: Tx, incident_id: int, owner: str) -> int | None:
    """Return how many comments wait for the owner of a postmortem; None for whom it is not theirs, or not to see."""
    incident, postmortem = incident_by_id(tx.db, incident_id), postmortem_of(tx.db, incident_id)
    if incident is None or postmortem is None or postmortem.owner != owner or not may_see(tx.db, incident, owner):
        return None
    return len(open_comments(tx.db, incident_id))


def _shown(tx: Tx, row: PostmortemComment, names: dict[str, str], rows: Sequence[PostmortemComment]) -> Comment:
    said = _opened(tx, row)
    return Comment(
        number=row.number,
        author=names.get(row.author, "somebody"),
        created_at=row.created_at,
        text=said["text"],
        quote=said.get("quote", ""),
        instead=said.get("instead"),
        start=row.start,
        end=row.end,
        state=row.state,
        settled_by=names.get(row.settled_by or ""),
        replies=tuple(_shown(tx, each, names, ()) for each in rows if each.about == row.number),
    )


def _found(text: str, passage: Passage) -> int:
    """Return where a passage stands now, the closest to where it stood. Raise Refused when it was changed."""
    before = text.rfind(passage.quote, 0, passage.start + len(passage.quote))
    after = text.find(passage.quote, passage.start)
    found = [at for at in (before, after) if at >= 0]
    if not found:
        raise Refused("The passage was changed at this moment. Select it again.")
    return min(found, key=lambda at: abs(at - passage.start))


def _words(text: str, *, optional: bool = False) -> str:
    words = optional_text(text)
    if words is None and not optional:
        raise Refused("There is nothing in it. Write what you want to say.")
    return words or ""


def _copy(tx: Tx, incident: Incident) -> Copy:
    copy = read_copy(tx, incident.id or 0)
    if copy is None:
        raise Refused(f"Nobody has opened the postmortem of {incident.key} to write in it. Open its page.")
    return copy


def _comment(tx: Tx, incident: Incident, number: int) -> PostmortemComment:
    found = comment_of(tx.db, incident.id or 0, number) if number <= MOST else None
    if found is None or found.about is not None:
        raise Refused("There is no such comment any more. Load the page again.")
    return found


def _check_owner(tx: Tx, request: Request, incident: Incident, who: str) -> None:
    """A person at the bot's own machine decides as its owner does."""
    owner = start_postmortem(tx, incident).owner
    if owner not in (None, who) and ":" not in request.account:
        raise Refused("Whoever owns the postmortem decides. Ask them, or become its owner: Change owner.")


def _write(tx: Tx, copy: Copy, who: str, said: dict[str, str | None], **values: Any) -> int:
    incident_id = copy.row.incident_id
    number = last_comment(tx.db, incident_id) + 1
    if number > MOST:
        raise Refused(f"There are {MOST} comments already. Talk about it in the review.")
    key_id, key = sealing_key(tx, who, incident_id)
    body = sealing.seal(key, os.urandom(sealing.NONCE), json.dumps(said), _context(incident_id, number))
    common: dict[str, Any] = {"incident_id": incident_id, "number": number, "author": who, "created_at": tx.now}
    tx.db.add(PostmortemComment(**common, key_id=key_id, body=body, **values))
    _happened(tx, copy)
    return number


def _settle(tx: Tx, copy: Copy, comment: PostmortemComment, state: CommentState, who: str) -> None:
    is_open = state is CommentState.OPEN
    comment.state = state
    comment.settled_by, comment.settled_at = (None, None) if is_open else (who, tx.now)
    tx.db.add(comment)
    _happened(tx, copy)


def _happened(tx: Tx, copy: Copy) -> None:
    copy.row.comments += 1
    tx.db.add(copy.row)
    tx.db.flush()


def _tell_owner(tx: Tx, incident: Incident, who: str) -> None:
    """Promise that the owner hears of comments, of several that come together once."""
    owner = start_postmortem(tx, incident).owner
    if owner is not None and owner != who and may_see(tx.db, incident, owner):
        args = {"person": owner, "what": "commented"}
        for_incident(tx, incident, "slack.tell", args=args, merge=f"commented {owner}", due_at=tx.now + GATHERED)


def _opened(tx: Tx, row: PostmortemComment) -> dict[str, str]:
    key = open_key(tx, row.key_id)
    try:
        opened: dict[str, str] = json.loads(
            sealing.unseal(key, row.body, _context(row.incident_id, row.number)) if key else "null"
        )
    except sealing.CannotOpen:
        opened = {}
    return opened or {"text": GONE}


def _context(incident_id: int, number: int) -> bytes:
    return b"comment %d/%d" % (incident_id, number)
