"""The working copy of a postmortem: open it, bring in what others wrote, and read and write it as it stands.

Everybody who writes in a postmortem writes in the one copy. It is sealed under the incident's own key, because what
several people wrote together is nobody's alone; each edit is kept under its author's, as long as it is kept.
"""

import json
import os
from dataclasses import dataclass
from datetime import timedelta

from bot.core import sealing
from bot.core.edits import Edit, between, changed, edit_of, merged, moved
from bot.errors import Refused
from bot.flows.record import open_key, sealing_key
from bot.flows.tx import Tx
from bot.flows.versions import LONGEST, latest_text, versions
from store.comments import open_comments
from store.edits import PostmortemEdit, WorkingCopy, edits_after, forget_edits, working_copy_of
from store.postmortems import count_versions

KEPT = 2_000  # edits that are kept; a page that missed more brings in its text as a whole
FORGOTTEN_AT_ONCE = 100
HERE = timedelta(seconds=45)  # a page that was not heard of for so long is closed


@dataclass(slots=True)
class Copy:
    """A working copy, opened. ``text`` is what it says, ``base`` what it said when it last was a version."""

    row: WorkingCopy
    text: str
    base: str

    @property
    def saved(self) -> bool:
        """Whether it says what the latest version says."""
        return self.text == self.base


@dataclass(frozen=True, slots=True)
class Made:
    """One edit as it is in the line of all: who made it, in which page, and the how-manieth of that page."""

    revision: int
    client: str
    sequence: int
    author: str | None
    edit: Edit


def start_copy(tx: Tx, incident_id: int, drafted: str) -> Copy:
    """Return the working copy, made when there is none. Until somebody edits it, it is the draft of now.

    The caller holds the incident's row.
    """
    copy = read_copy(tx, incident_id)
    if copy is None:
        kept = versions(tx, incident_id)
        text = _plain(kept[-1].text if kept else drafted)
        row = WorkingCopy(incident_id=incident_id, version=len(kept), changed_at=tx.now, key_id=0, base=b"", body=b"")
        copy = Copy(row, text, text)
        _write(tx, copy)
    catch_up(tx, copy)
    if not copy.row.version and copy.saved and _plain(drafted) != copy.text:
        accept(tx, copy, difference(copy.text, drafted), None)
        is_version(tx, copy, copy.text, 0)
    return copy


def catch_up(tx: Tx, copy: Copy) -> None:
    """Bring in the version that was kept elsewhere since, such as at a shell."""
    number = count_versions(tx.db, copy.row.incident_id)
    if number > copy.row.version:
        latest = _plain(latest_text(tx, copy.row.incident_id) or "")
        bring_in(tx, copy, copy.base, latest, None)
        is_version(tx, copy, latest, number)


def read_copy(tx: Tx, incident_id: int) -> Copy | None:
    """Return the working copy as it stands, or None. Raise Refused when it cannot be opened."""
    row = working_copy_of(tx.db, incident_id)
    if row is None:
        return None
    key = open_key(tx, row.key_id)
    try:
        if key is None:
            raise sealing.CannotOpen
        base, text = (sealing.unseal(key, body, _context(incident_id, what)) for what, body in _bodies(row))
    except sealing.CannotOpen:
        raise Refused("The key to what was written here was destroyed. Its versions may still be read.") from None
    return Copy(row, text, base)


def accept(tx: Tx, copy: Copy, edit: Edit, author: str | None, client: str = "", sequence: int = 0) -> None:
    """Make one edit of a copy: its text, its revision, and the passages of comments. The caller holds its incident."""
    text = changed(copy.text, edit)
    if len(text) > LONGEST and len(text) > len(copy.text):
        raise Refused(f"It would be longer than {LONGEST:,} characters. Move what is long behind a link.")
    row = copy.row
    copy.text, row.revision, row.changed_at = text, row.revision + 1, tx.now
    key_id, key = sealing_key(tx, author or "", row.incident_id)
    body = sealing.seal(key, os.urandom(sealing.NONCE), json.dumps(edit), _edit_context(row.incident_id, row.revision))
    tx.db.add(
        PostmortemEdit(
            incident_id=row.incident_id,
            revision=row.revision,
            author=author,
            client=client,
            sequence=sequence,
            made_at=tx.now,
            key_id=key_id,
            body=body,
        )
    )
    for comment in open_comments(tx.db, row.incident_id):
        comment.start, comment.end = moved(comment.start, comment.end, edit)
        tx.db.add(comment)
    if row.revision % FORGOTTEN_AT_ONCE == 0:
        forget_edits(tx.db, row.incident_id, row.revision - KEPT)
    _write(tx, copy)


def is_version(tx: Tx, copy: Copy, text: str, number: int) -> None:
    """Remember which version a copy last was the same as."""
    copy.base, copy.row.version = text, number
    _write(tx, copy)


def made_since(tx: Tx, copy: Copy, revision: int) -> list[Made] | None:
    """Return the edits since a revision, in order; None when some are not kept any more, or it is none of this copy."""
    rows = edits_after(tx.db, copy.row.incident_id, revision)
    if not 0 <= revision <= copy.row.revision or len(rows) != copy.row.revision - revision:
        return None
    keys = {key_id: open_key(tx, key_id) for key_id in {row.key_id for row in rows}}
    try:
        return [_opened(row, keys[row.key_id]) for row in rows]
    except sealing.CannotOpen:
        return None


def difference(before: str, after: str) -> Edit:
    """Return the edit between two texts, their lines ended in one way."""
    return between(_plain(before), _plain(after))


def bring_in(tx: Tx, copy: Copy, base: str, text: str, author: str | None, client: str = "", sequence: int = 0) -> None:
    """Bring in what somebody made of *base*, an earlier text. What both changed alike is changed once."""
    edit = merged(_plain(base), _plain(text), copy.text)
    if changed(copy.text, edit) != copy.text:
        accept(tx, copy, edit, author, client, sequence)


def _opened(row: PostmortemEdit, key: bytes | None) -> Made:
    if key is None:
        raise sealing.CannotOpen
    edit = edit_of(json.loads(sealing.unseal(key, row.body, _edit_context(row.incident_id, row.revision))))
    return Made(row.revision, row.client, row.sequence, row.author, edit)


def _write(tx: Tx, copy: Copy) -> None:
    row = copy.row
    row.key_id, key = sealing_key(tx, "", row.incident_id)
    row.base, row.body = (
        sealing.seal(key, os.urandom(sealing.NONCE), text, _context(row.incident_id, what))
        for what, text in (("base", copy.base), ("body", copy.text))
    )
    tx.db.add(row)
    tx.db.flush()


def _bodies(row: WorkingCopy) -> tuple[tuple[str, bytes], tuple[str, bytes]]:
    return ("base", row.base), ("body", row.body)


def _plain(text: str) -> str:
    """End every line the way a browser does in a field."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _context(incident_id: int, what: str) -> bytes:
    return b"working copy %d %s" % (incident_id, what.encode())


def _edit_context(incident_id: int, revision: int) -> bytes:
    return b"edit %d/%d" % (incident_id, revision)
