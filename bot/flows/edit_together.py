"""Edit a postmortem together: take each edit once, tell the others, keep a version, publish what it says."""

from dataclasses import dataclass

from bot.core.edits import Edit, transformed
from bot.core.named import called
from bot.errors import Refused, Unfit
from bot.flows.asked import asker, incident_asked_for, incident_looked_at, once
from bot.flows.meet import names_of
from bot.flows.publish_postmortem import edit_postmortem, publish_postmortem, to_review
from bot.flows.start_postmortem import start_postmortem
from bot.flows.tx import Request, Tx
from bot.flows.working_copy import (
    HERE,
    Copy,
    Made,
    accept,
    bring_in,
    catch_up,
    is_version,
    made_since,
    read_copy,
    start_copy,
)
from store.edits import PostmortemEditor, editor_of, editors_since, working_copy_of
from store.incidents import Incident, incident_by_id
from store.people import people

LONGEST_CLIENT = 40  # characters of the name that a page gives itself


class TooOld(Exception):
    """The edit is of a text that nobody can follow any more. Its page sends its text and what that was made of."""


@dataclass(frozen=True, slots=True)
class Sent:
    """An edit as a page sends it: of which revision, from which page, and the how-manieth of that page."""

    client: str
    sequence: int
    revision: int
    edit: Edit


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody who has the postmortem open, by the name of their page."""

    client: str
    name: str


@dataclass(frozen=True, slots=True)
class News:
    """What happened since a revision: edits, comments (a number that rises), who is there, and what is saved.

    ``made`` is None when too much happened since; then ``text`` is all that there is to go on from.
    """

    revision: int
    made: list[Made] | None
    text: str | None
    comments: int
    version: int
    saved: bool
    here: tuple[Present, ...]


def open_copy(tx: Tx, request: Request, drafted: str, key: str) -> Copy:
    """Open the working copy of a postmortem; *drafted* is its draft of now. Who only opens it starts nothing."""
    incident = incident_by_id(tx.db, incident_looked_at(tx, request, key), lock=True)
    assert incident is not None
    return start_copy(tx, incident.id or 0, drafted)


def take_edit(tx: Tx, request: Request, sent: Sent, key: str) -> News:
    """Make an edit, as it reads after all that others made meanwhile. The same one again changes nothing.

    Raise TooOld when that cannot be told any more, and Unfit when it is no edit of that text.
    """
    incident, who = incident_asked_for(tx, request, key)
    copy = _copy(tx, incident)
    editor = _editor(tx, copy, sent.client, who)
    made = made_since(tx, copy, sent.revision)
    if sent.sequence > editor.sequence:
        if made is None:
            raise TooOld
        edit = sent.edit
        for other in made:
            edit = transformed(edit, other.edit)
        start_postmortem(tx, incident)
        accept(tx, copy, edit, who, sent.client, sent.sequence)
        editor.sequence = sent.sequence
        tx.db.add(editor)
        tx.db.flush()
    return _news(tx, copy, sent.revision)


def take_text(tx: Tx, request: Request, client: str, base: str, text: str, key: str) -> Copy:
    """Bring in a whole text and what it was made of: from a form, or from a page that was away for long.

    Doing it again changes nothing: what both sides changed alike is changed once.
    """
    incident, who = incident_asked_for(tx, request, key)
    copy = _copy(tx, incident)
    if client:
        _editor(tx, copy, client, who)
    start_postmortem(tx, incident)
    bring_in(tx, copy, base, text, who)
    return copy


def be_here(tx: Tx, request: Request, client: str, key: str) -> int:
    """Remember that somebody has a postmortem open, and return its incident's row id.

    A version that was kept elsewhere is brought in: whoever writes here hears of it.
    """
    incident_id = incident_looked_at(tx, request, key)
    incident_by_id(tx.db, incident_id, lock=True)
    copy = read_copy(tx, incident_id)
    if copy is not None:
        catch_up(tx, copy)
        _editor(tx, copy, client, asker(tx, request)[1])
    return incident_id


def news(tx: Tx, incident_id: int, revision: int) -> News:
    """Return what happened to a working copy since a revision."""
    copy = read_copy(tx, incident_id)
    if copy is None:
        raise Refused("Nobody has opened this postmortem to write in it. Open its page.")
    return _news(tx, copy, revision)


def stirred(tx: Tx, incident_id: int) -> str:
    """Return a word that is another one whenever there are news. It is asked often, and opens nothing."""
    row = working_copy_of(tx.db, incident_id)
    here = ",".join(each.client for each in editors_since(tx.db, incident_id, tx.now - HERE))
    return f"{row.revision}.{row.comments}.{row.version}.{here}" if row else here


def save_version(tx: Tx, request: Request, key: str) -> int:
    """Keep what the working copy says as a version, and return its number."""
    incident, copy = _looked_at(tx, request, key)
    catch_up(tx, copy)
    number = edit_postmortem(tx, request, copy.text, incident.key)
    is_version(tx, copy, copy.text, number)
    return number


def publish_copy(tx: Tx, request: Request, revision: int, findings: int, reason: str | None, key: str) -> Incident:
    """Publish what the working copy says. *findings* is what the checker found in that *revision*."""
    _, copy = _looked_at(tx, request, key)
    if copy.row.revision != revision:
        raise Refused("Somebody changed it at this moment. Look at it again, and publish it then.")
    incident = publish_postmortem(tx, request, copy.text, findings, reason, key)
    copy.base = copy.text
    catch_up(tx, copy)  # The version says that it is published, and when.
    return incident


def have_reviewed(tx: Tx, request: Request, key: str) -> Incident:
    """Say that a draft is ready to be looked at by others."""
    once(tx, request)
    incident, who = incident_asked_for(tx, request, key)
    to_review(tx, incident, start_postmortem(tx, incident), who)
    return incident


def _looked_at(tx: Tx, request: Request, key: str) -> tuple[Incident, Copy]:
    """Return an incident, locked, and its working copy, before a flow that asks for both by itself."""
    incident = incident_by_id(tx.db, incident_looked_at(tx, request, key), lock=True)
    assert incident is not None
    return incident, _copy(tx, incident)


def _copy(tx: Tx, incident: Incident) -> Copy:
    copy = read_copy(tx, incident.id or 0)
    if copy is None:
        raise Refused(f"Nobody has opened the postmortem of {incident.key} to write in it. Open its page.")
    return copy


def _editor(tx: Tx, copy: Copy, client: str, who: str) -> PostmortemEditor:
    """Return the page that somebody writes in, seen now. One page is one person's."""
    incident_id = copy.row.incident_id
    if not client or len(client) > LONGEST_CLIENT or not client.isascii():
        raise Unfit(f"A page names itself with up to {LONGEST_CLIENT} letters and digits.")
    editor = editor_of(tx.db, incident_id, client)
    if editor is None:
        editor = PostmortemEditor(incident_id=incident_id, client=client, person_ref=who, seen_at=tx.now)
    elif editor.person_ref != who:
        raise Unfit("Another person's page has this name.")
    editor.seen_at = tx.now
    tx.db.add(editor)
    tx.db.flush()
    return editor


def _news(tx: Tx, copy: Copy, revision: int) -> News:
    made = made_since(tx, copy, revision)
    editors = editors_since(tx.db, copy.row.incident_id, tx.now - HERE)
    names = {
        who.ref: called([who.account, *names_of(tx, who)]) for who in people(tx.db, {e.person_ref for e in editors})
    }
    return News(
        revision=copy.row.revision,
        made=made,
        text=copy.text if made is None else None,
        comments=copy.row.comments,
        version=copy.row.version,
        saved=copy.saved,
        here=tuple(Present(each.client, names[each.person_ref]) for each in editors if each.person_ref in names),
    )
