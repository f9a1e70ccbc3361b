"""response_urls: five answers within thirty minutes, seen where the command was typed or the button pressed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from bot.practice import ephemerals, messages
from bot.practice.calls import CallLog
from bot.practice.cast import BOT_USER
from bot.practice.forms import read
from bot.practice.ids import new_id
from bot.practice.limits import check_message
from bot.practice.refusal import Json, Refusal
from bot.practice.workspace import Channel, Workspace

MOST_USES = 5
LIFE = timedelta(minutes=30)


@dataclass
class Address:
    """Where answers to one interaction go; *ts* names the message that was pressed, empty for a command."""

    user: str
    channel: Channel
    ts: str
    issued: datetime
    uses: int = 0


class Responses:
    def __init__(self, space: Workspace, calls: CallLog) -> None:
        self._space = space
        self._calls = calls
        self._issued: dict[str, Address] = {}

    def issue(self, user: str, channel: Channel, ts: str = "") -> str:
        token = new_id("").lower()
        self._issued[token] = Address(user, channel, ts, self._space.clock())
        return f"{self._space.url}/response/{token}"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Take one answer: 200 and `ok`, or 404 once the address is used up or too old."""
        try:
            _token, args = await read(request)
        except Refusal as refusal:
            return web.json_response(refusal.answer(), status=400)
        address = self._issued.get(request.match_info["token"])
        age = (self._space.clock() - address.issued).total_seconds() if address else 0.0
        more = {"url": str(request.url), "age": round(age, 3)}
        try:
            self._take(address, dict(args))
        except Refusal as refusal:
            status = 404 if refusal.code in ("used_url", "expired_url", "invalid_url") else 400
            self._calls.record("response_url", dict(args), status=status, ok=False, error=refusal.code, **more)
            return web.json_response(refusal.answer(), status=status)
        self._calls.record("response_url", dict(args), status=200, ok=True, error=None, **more)
        return web.Response(text="ok")

    def _take(self, address: Address | None, body: Json) -> None:
        if address is None:
            raise Refusal("invalid_url")
        if address.uses >= MOST_USES:
            raise Refusal("used_url")
        if self._space.clock() - address.issued > LIFE:
            raise Refusal("expired_url")
        if not body.get("delete_original"):
            check_message(body)
        address.uses += 1
        self.show(address.user, address.channel, body, address.ts)

    def show(self, user: str, channel: Channel, body: Json, original: str = "") -> None:
        """Show an answer: to *user* alone, to the channel, or in place of the *original* message."""
        private = ephemerals.find(self._space, user, original)
        public = channel.messages.get(original)
        if body.get("delete_original") and private:
            ephemerals.delete(self._space, user, private)
        elif body.get("delete_original") and public:
            messages.delete(self._space, channel, original)
        elif body.get("replace_original") and private:
            ephemerals.replace(self._space, user, private, body)
        elif body.get("replace_original") and public:
            changes = {"text": body.get("text", ""), "blocks": body.get("blocks") or []}
            messages.edit(self._space, channel, original, changes)
        elif body.get("response_type") == "in_channel":
            more = {key: body[key] for key in ("blocks", "thread_ts") if body.get(key)}
            messages.post(self._space, channel, BOT_USER, body.get("text", ""), **more)
        elif not body.get("delete_original"):
            more = {key: body[key] for key in ("blocks", "thread_ts") if body.get(key)}
            ephemerals.post(self._space, channel, user, body.get("text", ""), **more)
