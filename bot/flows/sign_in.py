"""Sign in and out: a session for one browser, which ends by itself, and at once when what its person may changes."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from bot.core.access import LASTS, SCOPES, SEEN, Viewer, digest, is_over
from bot.core.passes import Pass
from bot.errors import Refused
from bot.flows.asked import asker
from bot.flows.keep_account import keep_account
from bot.flows.meet import meet
from bot.flows.tx import Request, Tx
from store.people import person
from store.requests import first_time
from store.sessions import WebSession, end_sessions, see_session, session_by_hash, sessions_of
from store.types import Audited
from store.web_roles import role_given
from store.workspaces import find_workspace, team_of


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody as Slack knows them. A guest comes in only by name."""

    account: str
    email: str | None = None
    guest: bool = False
    active: bool = True


@dataclass(frozen=True, slots=True)
class Seen:
    """A session that holds, and whether its use is to be written down."""

    viewer: Viewer
    session_id: int
    is_due: bool


def sign_in(tx: Tx, team: str, member: Member, via: str) -> str:
    """Let a member of a connected workspace in, and return what their browser keeps."""
    workspace_id = find_workspace(tx.db, team)
    if workspace_id is None:
        raise Refused("firstfive is not installed in that Slack workspace. Choose the one where you use /incident.")
    return _begin(tx, workspace_id, meet(tx, workspace_id, member.account), member, via)


def use_pass(tx: Tx, given: Pass, member: Member) -> str:
    """Let whoever holds a pass in, once, and return what their browser keeps."""
    if not first_time(tx.db, f"pass {given.id}", tx.now):
        raise Refused("This link was used already. Get a new one in Slack: /incident web")
    who = person(tx.db, given.person)
    if who is None or who.workspace_id != given.workspace_id or who.account != member.account:
        raise Refused("This link is for nobody who is known here. Get a new one in Slack: /incident web")
    return _begin(tx, given.workspace_id, given.person, member, "pass")


def hand_pass(tx: Tx, request: Request) -> Pass:
    """Return a pass for whoever asks."""
    workspace_id, who = asker(tx, request)
    return Pass(workspace_id, who, secrets.token_hex(12))


def pass_account(tx: Tx, given: Pass) -> tuple[str | None, str | None]:
    """Return (Slack's id of the workspace, the account) of whom a pass is for; None for somebody erased."""
    who = person(tx.db, given.person)
    return team_of(tx.db, given.workspace_id), who.account if who else None


def viewer_of(tx: Tx, token: str) -> Seen | None:
    """Return whose session a browser holds; None when there is none, or it is over."""
    row = session_by_hash(tx.db, digest(token))
    if row is None or not row.active or is_over(tx.now, row.seen_at, row.ends_at, row.ended_at):
        return None
    role = tx.rules.admission.of(row.account, row.given, row.entry)
    if role is not row.role:
        return None
    viewer = Viewer(
        row.workspace_id,
        row.person_ref,
        row.account,
        row.team,
        role,
        SCOPES[role],
        "session",
        session=str(row.id),
    )
    return Seen(viewer, row.id, tx.now - row.seen_at >= SEEN)


def note_seen(tx: Tx, session_id: int) -> None:
    """Remember that a session was used."""
    see_session(tx.db, session_id, tx.now)


def sign_out(tx: Tx, viewer: Viewer, session_id: int | None = None) -> int:
    """End one session of a person, or all of them, and return how many were ended."""
    if viewer.person is None:
        return 0
    ended = end_sessions(tx.db, viewer.person, tx.now, only=session_id)
    if ended:
        detail = "" if session_id else f"{ended} sessions"
        keep_account(
            tx, Audited.SIGNED_OUT, workspace_id=viewer.workspace_id, via=viewer.via, actor=viewer.person, detail=detail
        )
    return ended


@dataclass(frozen=True, slots=True)
class SessionView:
    """One session of somebody, for them to see."""

    id: int
    made_at: datetime
    seen_at: datetime
    ends_at: datetime


def sessions_view(tx: Tx, person_ref: str) -> list[SessionView]:
    """Return the sessions of a person that hold, the one used last first."""
    return [
        SessionView(one.id or 0, one.made_at, one.seen_at, one.ends_at)
        for one in sessions_of(tx.db, person_ref)
        if not is_over(tx.now, one.seen_at, one.ends_at, one.ended_at)
    ]


def _begin(tx: Tx, workspace_id: int, ref: str, member: Member, via: str) -> str:
    """Begin a session. Guests of a workspace come in only when somebody gave them a role, or the settings name them."""
    admission, given = tx.rules.admission, role_given(tx.db, ref)
    entry = admission.names(member.email)
    role = admission.of(member.account, given, entry)
    if not member.active:
        raise Refused("This Slack account is deactivated.")
    if member.guest and given is None and not entry and member.account not in admission.admins:
        raise Refused("You are a guest in this Slack workspace. An admin of firstfive lets guests in by name.")
    token = secrets.token_urlsafe(32)
    tx.db.add(
        WebSession(
            token_hash=digest(token),
            workspace_id=workspace_id,
            person_ref=ref,
            role=role,
            entry=entry,
            made_at=tx.now,
            seen_at=tx.now,
            ends_at=tx.now + LASTS,
        )
    )
    keep_account(tx, Audited.SIGNED_IN, workspace_id=workspace_id, via=via, actor=ref, detail=role)
    return token
