"""/healthz, /readyz and /metrics."""

from collections.abc import Sequence

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.flows.figures import Figures, figures
from bot.flows.lanes import Waiting, lanes
from bot.flows.leave_alone import Known, known_breakers
from bot.web.parts import Parts
from store.types import BreakerState


def routes(parts: Parts) -> list[Route]:
    """Return the routes that machines ask."""

    async def healthz(_: Request) -> Response:
        """Alive: the process answers."""
        return JSONResponse({"status": "alive"})

    async def readyz(_: Request) -> Response:
        """Able to serve: the database answers and every part has started. 503 names what is missing."""
        missing = await parts.missing()
        return JSONResponse({"status": "waiting" if missing else "ready", "missing": missing}, 503 if missing else 200)

    async def metrics(_: Request) -> Response:
        """Figures for Prometheus."""
        found, waiting = await parts.house.read(figures), await parts.house.read(lanes)
        known = await parts.house.read(known_breakers)
        registry = _measured(found, waiting, known)
        _count_arrivals(registry, parts)
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]


def _measured(found: Figures, waiting: Sequence[Waiting], known: Known) -> CollectorRegistry:
    registry = CollectorRegistry()

    def gauge(name: str, meaning: str, *labels: str) -> Gauge:
        return Gauge(f"firstfive_{name}", meaning, labels, registry=registry)

    effects = gauge("effects", "Effects in each state", "state")
    for state, count in sorted(found.effects.items()):
        effects.labels(state).set(count)
    dead = gauge("dead_letters", "Effects that failed for good", "kind", "cause")
    for (kind, cause), count in sorted(found.dead.items()):
        dead.labels(kind, cause).set(count)
    gauge("incidents_live", "Incidents that are worked on").set(found.live)
    alerts = gauge("alerts_firing", "Alerts that fire", "sender")
    for sender, count in sorted(found.alerts.items()):
        alerts.labels(sender).set(count)
    depth = gauge("lane_depth", "Effects that could go, up to 10000 of a kind", "lane", "workspace")
    age = gauge("lane_oldest_seconds", "Age of the oldest of them", "lane", "workspace")
    share = gauge("lane_share", "Share of the lane's turns", "lane", "workspace")
    for each in waiting:
        labels = (each.lane, str(each.workspace_id))
        depth.labels(*labels).set(each.depth)
        age.labels(*labels).set(each.age.total_seconds())
        share.labels(*labels).set(each.share)
    breaker = gauge("breaker_open", "1 while calls stop", "budget")
    for budget, (stands, _, _) in known.items():
        breaker.labels(budget).set(stands is not BreakerState.CLOSED)
    return registry


def _count_arrivals(registry: CollectorRegistry, parts: Parts) -> None:
    """Count what each sender delivered to this process since it began, by what became of it."""
    counter = Counter(
        "firstfive_arrivals", "Deliveries of senders to this process", ("sender", "outcome"), registry=registry
    )
    for (sender, outcome), count in sorted(parts.arrivals.items()):
        counter.labels(sender, outcome).inc(count)
