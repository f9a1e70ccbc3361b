"""The address `/api/{method}`: who may call, what goes wrong on order, and the line in the log of calls."""

import asyncio
from collections.abc import Collection

from aiohttp import web

from bot.practice.api.table import METHODS, Method
from bot.practice.calls import CallLog
from bot.practice.faults import Fault, Faults
from bot.practice.forms import Args, read
from bot.practice.refusal import Json, Refusal
from bot.practice.tiers import Tiers
from bot.practice.workspace import Workspace


class WebApi:
    def __init__(self, space: Workspace, calls: CallLog, faults: Faults, latency: float, rate_limits: bool) -> None:
        self.space = space
        self.calls = calls
        self.faults = faults
        self.latency = latency
        self.rate_limits = rate_limits
        self.down = False
        self.others: list[WebApi] = []  # the workspaces that share this address; a token says which is meant
        self.tiers = Tiers()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one call, after the practice network's *latency*, which calls spend side by side."""
        if self.down:
            return cut(request)
        method = request.match_info["method"]
        arrived = self.calls.now()
        try:
            token, args = await read(request)
        except Refusal as refusal:
            self.calls.record(method, {"__bad_json__": ""}, t=arrived, status=200, ok=False, error=refusal.code)
            return web.json_response(refusal.answer())
        for other in self.others:
            if token == other.space.team.bot_token:
                return await other.answer(request)
        line = {"t": arrived, "token": token[:5]}
        if self.latency:
            await asyncio.sleep(self.latency)
        fault = self.faults.take(method)
        if fault and fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
        elif fault and fault.kind != "cut_after":
            return self._fail(request, fault, args, line)
        return self._effect(request, args, token, line, fault)

    def _fail(self, request: web.Request, fault: Fault, args: Args, line: Json) -> web.StreamResponse:
        method = request.match_info["method"]
        if fault.kind == "cut_before":
            self.calls.record(method, dict(args), status=0, ok=False, error="cut_before", **line)
            return cut(request)
        if fault.kind == "429":
            return self._limited(method, args, fault.retry_after, line)
        status = fault.status if fault.kind == "5xx" else 200
        self.calls.record(method, dict(args), status=status, ok=False, error=fault.error, **line)
        return web.json_response({"ok": False, "error": fault.error}, status=status)

    def _limited(self, method: str, args: Args, wait: int, line: Json) -> web.StreamResponse:
        self.calls.record(method, dict(args), status=429, ok=False, error="ratelimited", retry_after=wait, **line)
        refused = {"ok": False, "error": "ratelimited"}
        return web.json_response(refused, status=429, headers={"Retry-After": str(wait)})

    def _effect(
        self, request: web.Request, args: Args, token: str, line: Json, fault: Fault | None
    ) -> web.StreamResponse:
        name = request.match_info["method"]
        method = METHODS.get(name)
        if method and self.rate_limits and (wait := self.tiers.wait(name, method.tier, args, self.calls.now())):
            return self._limited(name, args, wait, line)
        answer = self._result(method, args, token)
        status = 0 if fault and fault.kind == "cut_after" else 200
        self.calls.record(name, dict(args), status=status, ok=answer["ok"], error=answer.get("error"), **line)
        if status == 0:
            return cut(request)
        scopes = ",".join(sorted(self.space.scopes or ()))
        return web.json_response(answer, headers={"X-OAuth-Scopes": scopes} if scopes else None)

    def _result(self, method: Method | None, args: Args, token: str) -> Json:
        try:
            if method is None:
                raise Refusal("unknown_method")
            check_token(token, method, self.space.tokens)
            self.space.require(*method.scopes)
            return {"ok": True, **method.answer(self.space, args)}
        except Refusal as refusal:
            return refusal.answer()


def check_token(token: str, method: Method, good: Collection[str]) -> None:
    if not method.tokens:
        return
    if not token:
        raise Refusal("not_authed")
    if token not in good:
        raise Refusal("invalid_auth")
    if token[:4] not in method.tokens:
        raise Refusal("not_allowed_token_type")


def cut(request: web.Request) -> web.StreamResponse:
    """Drop the connection without an answer, as a network that fails does."""
    if request.transport:
        request.transport.abort()
    return web.Response(status=503)
