"""Where senders deliver: verified by its raw bytes, stored before it is answered, taken once."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.core.intake import Malformed, Sender, checked
from bot.core.proofs import Delivered
from bot.core.signing import NotSigned
from bot.flows.take_in import take_in
from bot.web.body import LARGEST, body_of
from bot.web.parts import Parts
from bot.web.problems import problem

OUTCOMES = {200: "known", 202: "accepted", 401: "refused", 413: "too_large", 422: "malformed", 503: "no_secret"}


def routes(parts: Parts) -> list[Route]:
    """Return the routes of senders: of alerts, of changes, and of what Jira says was changed."""

    async def taken(request: Request) -> Response:
        return await _taken(parts, request, request.url.path.removeprefix("/"))

    paths = ("/alerts/{sender}", "/changes/{sender}", "/jira/webhook")
    return [Route(path, taken, methods=["POST"]) for path in paths]


async def _taken(parts: Parts, request: Request, name: str) -> Response:
    """Answer a delivery, and count what was answered."""
    sender = parts.senders.get(name)
    if sender is None:
        group = name.partition("/")[0]
        known = ", ".join(sorted(f"/{known}" for known in parts.senders if known.startswith(f"{group}/")))
        return problem(404, "No such sender", f"There are: {known}")
    answer = await _answered(parts, request, name, sender)
    parts.arrivals[name, OUTCOMES[answer.status_code]] += 1
    return answer


async def _answered(parts: Parts, request: Request, name: str, sender: Sender) -> Response:
    """Answer 202 for a new delivery, 200 for one that arrived before, and a problem for everything else."""
    body = await body_of(request)
    if body is None:
        return problem(413, "Too large", f"A delivery has up to {LARGEST} bytes.")
    try:
        delivery = _checked(parts, sender, request.headers, body)
        if delivery is None:
            return problem(503, "No secret", f"Set {sender.secret} here, and the same there.")
        sender.read(body)
    except NotSigned as reason:
        # Some send their password only once they are asked for it.
        asks = {"WWW-Authenticate": sender.challenge} if sender.challenge else None
        return problem(401, "Not verified", str(reason), asks)
    except Malformed as reason:
        return problem(422, "Not understood", str(reason))
    new = await parts.house.do(take_in, name, delivery, sender.kind, body)
    return JSONResponse({"status": "accepted" if new else "known", "id": delivery}, 202 if new else 200)


def _checked(parts: Parts, sender: Sender, headers: Mapping[str, str], body: bytes) -> str | None:
    """Return the delivery's id; None when there is no secret to check it by. Raise NotSigned when none fits."""
    held, problems = parts.vault.held(sender.secret), list[NotSigned]()
    what = Delivered(headers, body, parts.house.clock.now())
    for version in held.valid():
        try:
            delivery = checked(sender, version.text, what)
        except NotSigned as reason:
            problems.append(reason)
        else:
            held.used(version)
            return delivery
    if problems:
        raise problems[0]
    return None
