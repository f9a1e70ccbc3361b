"""Tools with which an assistant writes: a note, an action item. A person agrees to each before anything is written.

Where the assistant's client can ask its person, it does. Otherwise the tool only drafts, and says what to show to the
person; a second tool writes the draft, within ten minutes, once.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from mcp.server.mcpserver import AcceptedElicitation, Context, Elicit, ElicitationResult, MCPServer, Resolve
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from pydantic import BaseModel, Field

from bot.assistants.desk import Desk
from bot.assistants.reading import Key
from bot.core.access import Viewer
from bot.flows.add_action import add_action
from bot.flows.open_incident import LONGEST_TITLE
from bot.flows.seen import must_see
from bot.flows.take_note import LONGEST, take_note
from bot.flows.tx import Request, Tx
from store.types import Priority

LASTS = timedelta(minutes=10)
MOST = 50  # drafts that wait for an agreement

WRITES = ToolAnnotations(read_only_hint=False, destructive_hint=False, idempotent_hint=False, open_world_hint=False)
Write = Callable[[Tx, Viewer], dict[str, Any]]


class Agreement(BaseModel):
    """What the person says."""

    agreed: bool = Field(description="Write it?")


@dataclass(frozen=True, slots=True)
class Draft:
    """What is written once a person agrees, in words, and until when."""

    said: str
    write: Write
    until: datetime


def _note_in_words(key: str, text: str) -> str:
    return f"Write on the timeline of {key}:\n{text}"


def _ticket_in_words(key: str, title: str, priority: Priority = Priority.P2) -> str:
    return f"Add an action item of {priority.upper()} to {key}:\n{title}"


def _ask(context: Context[Any, Any], said: str) -> Agreement | Elicit[Agreement]:
    return Elicit(said, Agreement) if _can_ask(context) else Agreement(agreed=False)


def _agree_to_note(key: str, text: str, context: Context[Any, Any]) -> Agreement | Elicit[Agreement]:
    return _ask(context, _note_in_words(key, text))


def _agree_to_ticket(
    key: str, title: str, priority: Priority, context: Context[Any, Any]
) -> Agreement | Elicit[Agreement]:
    return _ask(context, _ticket_in_words(key, title, priority))


NoteAgreed = Annotated[ElicitationResult[Agreement], Resolve(_agree_to_note)]
TicketAgreed = Annotated[ElicitationResult[Agreement], Resolve(_agree_to_ticket)]


class Writing:
    """The tools, each a method. Its first paragraph is what the assistant is told of it."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._drafts = desk, dict[str, Draft]()

    async def add_note(
        self,
        key: Key,
        text: Annotated[str, Field(min_length=1, max_length=LONGEST)],
        agreed: NoteAgreed,
        context: Context[Any, Any],
    ) -> dict[str, Any]:
        """Write something on an incident's timeline, in the name of the person you act for. They are asked first."""

        def write(tx: Tx, viewer: Viewer) -> dict[str, Any]:
            must_see(tx, viewer, key)
            found, entry = take_note(tx, _request(viewer), text, key=key)
            return {"done": True, "incident": found, "entry": entry}

        return await self._once_agreed(_note_in_words(key, text), write, agreed, context, key)

    async def add_ticket(
        self,
        key: Key,
        title: Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE)],
        agreed: TicketAgreed,
        context: Context[Any, Any],
        priority: Priority = Priority.P2,
        due_on: date | None = None,
        done_when: Annotated[str | None, Field(max_length=LONGEST)] = None,
    ) -> dict[str, Any]:
        """Add an action item to an incident, in the name of the person you act for. They are asked first."""

        def write(tx: Tx, viewer: Viewer) -> dict[str, Any]:
            must_see(tx, viewer, key)
            found, item = add_action(
                tx, _request(viewer), title, priority=priority, due_on=due_on, done_when=done_when, key=key
            )
            return {"done": True, "incident": found, "number": item.number, "due_on": item.due_on.isoformat()}

        return await self._once_agreed(_ticket_in_words(key, title, priority), write, agreed, context, key)

    async def confirm(self, token: Annotated[str, Field(max_length=100)]) -> dict[str, Any]:
        """Write a draft of add_note or add_ticket, after the person you act for has read it and agreed to it."""
        draft, now = self._drafts.pop(token, None), self._desk.house.clock.now()
        if draft is None or draft.until < now:
            raise ToolError("There is no such draft any more. Draft it again, and show it to the person.")
        return dict(await self._desk.do(lambda tx, viewer: draft.write(tx, viewer)))

    async def _once_agreed(
        self, said: str, write: Write, agreed: ElicitationResult[Agreement], context: Context[Any, Any], key: str
    ) -> dict[str, Any]:
        if not _can_ask(context):
            return await self._draft(said, write, key)
        if isinstance(agreed, AcceptedElicitation) and agreed.data.agreed:
            return dict(await self._desk.do(lambda tx, viewer: write(tx, viewer)))
        return {"done": False, "why": "The person did not agree. Nothing was written."}

    async def _draft(self, said: str, write: Write, key: str) -> dict[str, Any]:
        await self._desk.do(must_see, key)
        now = self._desk.house.clock.now()
        waiting = {token: draft for token, draft in self._drafts.items() if draft.until >= now}
        self._drafts = dict(list(waiting.items())[-MOST + 1 :])
        token = secrets.token_urlsafe(12)
        self._drafts[token] = Draft(said, write, now + LASTS)
        return {
            "done": False,
            "draft": said,
            "token": token,
            "next": "Nothing is written yet. Show the draft to the person. Only when they agree, call confirm with the "
            "token, within ten minutes.",
        }


def add_writing(server: MCPServer, desk: Desk) -> None:
    """Give a server the tools that write."""
    tools = Writing(desk)
    for tool in (tools.add_note, tools.add_ticket, tools.confirm):
        server.add_tool(tool, description=tool.__doc__, annotations=WRITES)


def _can_ask(context: Context[Any, Any]) -> bool:
    """Whether the client can show its person a form."""
    capabilities = context.client_capabilities
    asking = capabilities.elicitation if capabilities else None
    return asking is not None and (asking.form is not None or asking.url is None)


def _request(viewer: Viewer) -> Request:
    return Request(f"mcp:{secrets.token_hex(12)}", viewer.account, viewer.team)
