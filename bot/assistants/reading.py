"""Tools with which an assistant reads: what is going on, what happened, what was learned."""

from typing import Annotated, Any

from mcp.server.mcpserver import MCPServer
from mcp_types import ToolAnnotations
from pydantic import Field

from bot.assistants.desk import WARNING, Desk
from bot.core.access import Viewer
from bot.core.cursors import BadCursor, cursor, place_of
from bot.core.listing import LIVE, LONGEST_WORDS
from bot.errors import Unfit
from bot.flows.as_json import incident_object
from bot.flows.manuscript import manuscript
from bot.flows.paging import ENTRY_ORDER, list_actions, list_entries, list_incidents
from bot.flows.similar_incidents import similar_object, similar_to
from bot.flows.tx import Tx
from store.listing import Filter
from store.paging import ActionsWanted
from store.types import ActionState

SHOWN = 20  # incidents, and action items
ENTRIES = 100  # of a timeline at once

Words = Annotated[str, Field(max_length=LONGEST_WORDS)]
READS = ToolAnnotations(read_only_hint=True, open_world_hint=False)
Key = Annotated[str, Field(pattern=r"^(INC-|inc-)?[0-9]{1,9}$", description="The incident, such as INC-7.")]


class Reading:
    """The tools, each a method. Its first paragraph is what the assistant is told of it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def list_incidents(self, also_over: bool = False) -> dict[str, Any]:
        """List the incidents that are going on, the newest first; with also_over, those that are over as well."""
        return await self._desk.tell(_incidents, Filter(() if also_over else LIVE), "")

    async def search(self, words: Annotated[str, Field(min_length=1, max_length=LONGEST_WORDS)]) -> dict[str, Any]:
        """Find incidents by words of their title, impact or published postmortem. Notes are sealed."""
        return await self._desk.tell(_incidents, Filter(), words)

    async def show_incident(self, key: Key) -> dict[str, Any]:
        """Show one incident as it is now: severity, status, impact, people, action items."""
        return await self._desk.tell_of(key, incident_object, private=False)

    async def timeline(self, key: Key, words: Words = "", cursor: str | None = None) -> dict[str, Any]:
        """Show what happened in an incident, or only entries that say some words; cursor is `next` of an answer."""
        return await self._desk.tell_of(key, _timeline, words, cursor)

    async def postmortem(self, key: Key) -> dict[str, Any]:
        """Show what the postmortem of an incident says in Markdown: its latest version, or the draft of now."""
        return await self._desk.tell_of(key, _postmortem, self._desk)

    async def action_items(self, state: ActionState | None = ActionState.OPEN, mine: bool = False) -> dict[str, Any]:
        """List action items of all incidents, the first due first: open ones, unless state says otherwise."""
        return await self._desk.tell(_actions, state, self._desk.account if mine else None)

    async def similar(self, key: Key) -> dict[str, Any]:
        """List past incidents about the same as one, with what helped then."""
        return await self._desk.tell_of(key, _similar)


def add_reading(server: MCPServer, desk: Desk) -> None:
    """Give a server the tools that read."""
    tools = Reading(desk)
    for tool in (
        *(tools.list_incidents, tools.search, tools.show_incident, tools.timeline),
        *(tools.postmortem, tools.action_items, tools.similar),
    ):
        server.add_tool(tool, description=f"{tool.__doc__} {WARNING}", annotations=READS)


def _incidents(tx: Tx, viewer: Viewer, asked: Filter, words: str) -> Any:
    return list_incidents(tx, viewer, asked, words, None, SHOWN).items


def _timeline(tx: Tx, incident_id: int, words: str, given: str | None) -> Any:
    try:
        place = place_of("entries", given, ENTRY_ORDER) if given else None
    except BadCursor:
        raise Unfit("This cursor is not from this timeline. Send `next` of the answer before, unchanged.") from None
    page = list_entries(tx, incident_id, words, place, ENTRIES)
    return {"entries": page.items, "next": cursor("entries", page.last) if page.last else None}


def _postmortem(tx: Tx, incident_id: int, desk: Desk) -> Any:
    said = manuscript(tx, incident_id)
    return said if isinstance(said, str) else desk.renderer.render_postmortem(said, "md").text


def _actions(tx: Tx, viewer: Viewer, state: ActionState | None, owner: str | None) -> Any:
    return list_actions(tx, viewer, ActionsWanted(state), owner, None, SHOWN).items


def _similar(tx: Tx, incident_id: int) -> Any:
    return [similar_object(one) for one in similar_to(tx, incident_id)]
