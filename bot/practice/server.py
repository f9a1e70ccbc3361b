"""The practice workspace as a server on loopback."""

from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiohttp import ClientSession, DummyCookieJar, web
from yarl import URL

from bot.practice.acting import Acting
from bot.practice.admin import Admin
from bot.practice.assets import LOOPBACK, PAGE, FileShelf, Handler, own_page_only, page, permalink
from bot.practice.calls import CallLog
from bot.practice.cast import BOT_USER, DEFAULT_CAST, PRACTICE, SIGNING_SECRET, Person, Team
from bot.practice.clock import Clock, real_clock
from bot.practice.consent import Consent
from bot.practice.delivery import Delivery
from bot.practice.delivery_http import HttpDoor
from bot.practice.faults import Fault, Faults
from bot.practice.ids import new_id
from bot.practice.looking import Looking
from bot.practice.parcels import PATIENCE
from bot.practice.refusal import Json
from bot.practice.responses import Responses
from bot.practice.sockets import SocketDoor
from bot.practice.ui import Pages
from bot.practice.web_api import WebApi, cut
from bot.practice.workspace import Workspace

LARGEST_BODY = 64 << 20  # bytes


class Practice(Acting, Looking):
    """A Slack of one workspace, six people and one app, that remembers everything and reaches nobody outside.

    The app talks to `api_url` with `xoxb-practice`, and hears of what people do over Socket Mode (`xapp-practice`) or,
    once `deliver_to` is a URL, over HTTP signed with `signing_secret`. *latency* is added to each Web API call, in
    seconds; *rate_limits* turns on Slack's tiers; *log_path* is where the log of calls is appended. *commands* are the
    slash commands that the page completes: dicts of command, usage_hint, description and words. *patience* is how long
    an acknowledgement may take, Slack's three seconds unless a test is in a hurry.

    It runs in the event loop in which it is started, and is also an async context manager.
    """

    def __init__(
        self,
        people: Iterable[Person] = DEFAULT_CAST,
        clock: Clock | None = None,
        latency: float = 0.0,
        rate_limits: bool = False,
        log_path: Path | str | None = None,
        commands: Iterable[Json] = (),
        deliver_to: str | None = None,
        signing_secret: str = SIGNING_SECRET,
        patience: float = PATIENCE,
        team: Team = PRACTICE,
    ) -> None:
        self._people = tuple(people)
        self._clock = clock or real_clock
        self._secret = signing_secret
        self._patience = patience
        self._faults = Faults()
        self._log = CallLog(self._clock, log_path)
        self._deliver_to = deliver_to
        self._runner: web.AppRunner | None = None
        self._session: ClientSession | None = None
        self.sockets = SocketDoor(patience)
        self.space = Workspace(self._people, self._clock, team)
        self.responses = Responses(self.space, self._log)
        self.delivery = Delivery(self.sockets, self._log, self._clock, team.id)
        self.web_api = WebApi(self.space, self._log, self._faults, latency, rate_limits)
        self._pages = Pages(self, list(commands))
        self._listen()

    def _listen(self) -> None:
        self.space.tell_app = self.delivery.event
        self.space.tell_pages = self._pages.tell
        self.space.socket_url = lambda: f"{self.url.replace('http', 'ws', 1)}/socket/{self.sockets.ticket()}"

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen on *host*, which must be loopback, at *port* or at a free one."""
        if host not in LOOPBACK:
            raise ValueError(f"the practice workspace listens on loopback only, not on {host!r}")
        self._session = ClientSession(cookie_jar=DummyCookieJar())
        self._runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        self.space.url = f"http://{host}:{self._runner.addresses[0][1]}"
        self.deliver_to = self._deliver_to

    def _application(self) -> web.Application:
        admin, shelf = Admin(self), FileShelf(self.space)
        app = web.Application(middlewares=[own_page_only], client_max_size=LARGEST_BODY)
        app.router.add_route("*", "/api/{method}", self.web_api.answer)
        app.router.add_post("/response/{token}", self._unless_down(lambda request: self.responses.answer(request)))
        app.router.add_post("/upload/{file_id}", self._unless_down(shelf.take))
        app.router.add_get("/files/{file_id}/{name}", shelf.hand_out)
        app.router.add_get("/oauth/v2/authorize", self._authorize)
        app.router.add_get("/openid/connect/authorize", Consent(self._spaces).ask)
        app.router.add_get("/socket/{ticket}", self._unless_down(self.sockets.accept))
        app.router.add_get("/practice/state", admin.state)
        app.router.add_get("/practice/calls", admin.calls)
        app.router.add_post("/practice/set", admin.set)
        app.router.add_post("/practice/clock", admin.clock)
        app.router.add_post("/practice/{act}", admin.act)
        app.router.add_post("/ui/clock", admin.clock)
        app.router.add_get("/ui/ws", self._pages.serve)
        app.router.add_get("/", page)
        app.router.add_get("/archives/{channel}/{message}", permalink)
        if PAGE.is_dir():
            app.router.add_static("/page", PAGE)
        return app

    async def _authorize(self, request: web.Request) -> web.StreamResponse:
        """Install the app in this workspace, or in the neighbouring one that *team* names, without asking anybody."""
        spaces = self._spaces()
        wanted = request.query.get("team", self.space.team.id)
        code = new_id("")
        self.space.codes[code] = next(space for space in spaces if space.team.id == wanted)
        back = URL(request.query["redirect_uri"]).update_query(code=code, state=request.query["state"])
        raise web.HTTPFound(back)

    def _spaces(self) -> list[Workspace]:
        return [self.space, *(other.space for other in self.web_api.others)]

    def neighbour(self, other: "Practice") -> None:
        """Answer for another workspace too, at the address of this one: a token says which is meant."""
        self.web_api.others.append(other.web_api)

    def uninstall(self) -> None:
        """Remove the app from this workspace, as an administrator does; its token is worth nothing from then on."""
        self.space.tokens.discard(self.space.team.bot_token)
        self.delivery.event({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT_USER]}}, None)
        self.delivery.event({"type": "app_uninstalled"}, None)

    def _unless_down(self, handler: Handler) -> Handler:
        async def answer(request: web.Request) -> web.StreamResponse:
            return cut(request) if self.down else await handler(request)

        return answer

    async def stop(self) -> None:
        """Stop listening. What is on its way to the app is given up."""
        await self.sockets.close()
        await self._pages.close()
        if self._runner:
            await self._runner.cleanup()  # No call starts another delivery from here on.
        await self.delivery.close()
        if self._session:
            await self._session.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def url(self) -> str:
        return self.space.url

    @property
    def api_url(self) -> str:
        """What the app's Web API client takes as its base URL."""
        return f"{self.url}/api/"

    @property
    def deliver_to(self) -> str | None:
        """The app's request URL; None for Socket Mode."""
        return self._deliver_to

    @deliver_to.setter
    def deliver_to(self, url: str | None) -> None:
        self._deliver_to = url
        self.delivery.door = self.sockets
        if url and self._session:
            self.delivery.door = HttpDoor(url, self._secret, self._session, self._patience)

    @property
    def calls(self) -> list[Json]:
        """What the app has sent so far, oldest first, one entry per call or acknowledgement."""
        return self._log.lines

    @property
    def scopes(self) -> set[str] | None:
        """The scopes that the app was given; None for all of them."""
        return self.space.scopes

    @scopes.setter
    def scopes(self, scopes: set[str] | None) -> None:
        self.space.scopes = scopes

    @property
    def tokens(self) -> set[str]:
        """The tokens that Slack takes from the app now: those of the practice cast, until somebody rotates them."""
        return self.space.tokens

    @tokens.setter
    def tokens(self, tokens: set[str]) -> None:
        self.space.tokens = tokens

    @property
    def signing_secret(self) -> str:
        """What Slack signs its deliveries with."""
        return self._secret

    @signing_secret.setter
    def signing_secret(self, secret: str) -> None:
        self._secret = secret
        self.deliver_to = self._deliver_to

    @property
    def subscribed(self) -> set[str] | None:
        """The types of event that the app asked for; None for all of them."""
        return self.delivery.subscribed

    @subscribed.setter
    def subscribed(self, types: set[str] | None) -> None:
        self.delivery.subscribed = types

    @property
    def duplicate_deliveries(self) -> bool:
        """Whether every payload reaches the app twice."""
        return self.delivery.duplicates

    @duplicate_deliveries.setter
    def duplicate_deliveries(self, twice: bool) -> None:
        self.delivery.duplicates = twice

    @property
    def latency(self) -> float:
        return self.web_api.latency

    @latency.setter
    def latency(self, seconds: float) -> None:
        self.web_api.latency = seconds

    @property
    def rate_limits(self) -> bool:
        return self.web_api.rate_limits

    @rate_limits.setter
    def rate_limits(self, on: bool) -> None:
        self.web_api.rate_limits = on

    @property
    def down(self) -> bool:
        """Whether Slack is out: connections drop, and nothing that the app sends is heard."""
        return self.web_api.down

    @down.setter
    def down(self, out: bool) -> None:
        self.web_api.down = out
        if out:
            self.sockets.drop()

    def fault(self, **what: Any) -> None:
        """Order a fault; the arguments are those of `faults.Fault`."""
        self._faults.order(Fault(**what))

    def drop(self) -> None:
        """Cut every Socket Mode connection."""
        self.sockets.drop()

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Send Slack's `disconnect` to every Socket Mode connection; all but a `warning` end it."""
        await self.sockets.disconnect(reason)

    async def idle(self) -> None:
        """Wait until nothing is on its way to the app."""
        await self.delivery.idle()

    async def verify_url(self) -> bool:
        """Send the challenge that Slack sends to a new request URL; True if the app returned it."""
        door = self.delivery.door
        return isinstance(door, HttpDoor) and await door.verify()

    def reset(self) -> None:
        """Begin again with an empty workspace and an empty log; connections stay. Ordered faults are forgotten."""
        self.space.reset()
        self._faults.clear()
        self._log.lines.clear()
